import type { PersonWithRole } from '../policy/approval.ts';
import type { Tx } from './database.ts';
import type { LeafPerson } from './leaf-people.ts';

/** One person's right to decide, lent to another for a time. */
export interface Delegation {
  readonly id: string;
  readonly from: LeafPerson;
  readonly to: LeafPerson;
  readonly fromAt: string;
  readonly untilAt: string;
  readonly givenAt: string;
  readonly reason: string;
  /** When it ended before its time; null where it did not. */
  readonly endedAt: string | null;
}

interface DelegationRow {
  readonly id: string;
  readonly from_user: string;
  readonly from_name: string;
  readonly to_user: string;
  readonly to_name: string;
  readonly from_at: Date;
  readonly until_at: Date;
  readonly given_at: Date;
  readonly reason: string;
  readonly ended_at: Date | null;
}

const SELECT = `
  select l.id, l.from_user, f.name as from_name, l.to_user, t.name as to_name, l.from_at, l.until_at, l.given_at, l.reason,
         l.ended_at
    from delegation l
    join app_user f on f.tenant_id = l.tenant_id and f.id = l.from_user
    join app_user t on t.tenant_id = l.tenant_id and t.id = l.to_user`;

function fromRow(row: DelegationRow): Delegation {
  return {
    id: row.id,
    from: { id: row.from_user, name: row.from_name },
    to: { id: row.to_user, name: row.to_name },
    fromAt: row.from_at.toISOString(),
    untilAt: row.until_at.toISOString(),
    givenAt: row.given_at.toISOString(),
    reason: row.reason,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** Adds a delegation. */
export async function insertDelegation(
  tx: Tx,
  tenantId: string,
  given: Pick<Delegation, 'id' | 'fromAt' | 'untilAt' | 'givenAt' | 'reason'> & {
    readonly from: string;
    readonly to: string;
  },
): Promise<void> {
  await tx.query(
    `insert into delegation (tenant_id, id, from_user, to_user, from_at, until_at, given_at, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenantId, given.id, given.from, given.to, given.fromAt, given.untilAt, given.givenAt, given.reason],
  );
}

/** One delegation under a row lock. */
export async function lockDelegation(tx: Tx, id: string): Promise<Delegation | undefined> {
  const { rows } = await tx.query<DelegationRow>(`${SELECT} where l.id = $1 for update of l`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** Ends a delegation before its time; nothing happens where it has ended. */
export async function endDelegation(tx: Tx, id: string, at: string): Promise<void> {
  await tx.query('update delegation set ended_at = $2 where id = $1 and ended_at is null', [id, at]);
}

const LIST_LIMIT = 500;

/** Delegations that are in force or to come, or over where asked for; of one person, given or received. At most 500. */
export async function listDelegations(
  tx: Tx,
  {
    now,
    personId,
    over = false,
  }: { readonly now: string; readonly personId?: string; readonly over?: boolean },
): Promise<Delegation[]> {
  const { rows } = await tx.query<DelegationRow>(
    `${SELECT}
      where ($1::uuid is null or $1 in (l.from_user, l.to_user))
        and (l.ended_at is not null or l.until_at <= $2) = $3
      order by l.from_at desc, l.id desc limit $4`,
    [personId ?? null, now, over, LIST_LIMIT],
  );
  return rows.map(fromRow);
}

/** Who lends a person their right to decide at this moment, with the role that they have at this moment. */
export async function listGivers(
  tx: Tx,
  personId: string,
  now: string,
): Promise<(PersonWithRole & LeafPerson)[]> {
  const { rows } = await tx.query<PersonWithRole & LeafPerson>(
    `select distinct f.id, f.name, f.role, f.groups
       from delegation l join app_user f on f.tenant_id = l.tenant_id and f.id = l.from_user
      where l.to_user = $1 and f.status = 'active' and l.ended_at is null and l.from_at <= $2 and l.until_at > $2 order by f.id`,
    [personId, now],
  );
  return rows;
}
