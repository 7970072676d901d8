import type { PersonPlace, RoleOperation, WantedPlace } from '../policy/role-change.ts';
import type { Tx } from './database.ts';
import type { EndedAccess } from './end-access.ts';
import type { LeafPerson } from './leaf-people.ts';
import type { OwnedThing } from './owned-things.ts';

/** Where a change stands; all but the first are ends. */
export type RoleChangeState = 'waiting' | 'applied' | 'unchanged' | 'refused' | 'withdrawn';

/** What became of what a leaver looked after. */
export interface HandedOver {
  /** Null where nobody was there to take it: it is ownerless. */
  readonly to: LeafPerson | null;
  readonly things: readonly OwnedThing[];
}

/** A change of a person's place or role, as the database knows it. */
export interface RoleChange {
  readonly id: string;
  readonly personId: string;
  readonly operation: RoleOperation;
  readonly state: RoleChangeState;
  readonly wanted: WantedPlace;
  readonly before: PersonPlace | null;
  readonly after: PersonPlace | null;
  /** That decided; null while it waits. */
  readonly rule: string | null;
  /** Null where an event of another system asked. */
  readonly askedBy: LeafPerson | null;
  readonly eventId: string | null;
  readonly reason: string | null;
  readonly occurredAt: string;
  readonly effectiveAt: string;
  readonly askedAt: string;
  readonly endedAt: string | null;
  /** Changes that are older than grants count none. */
  readonly closed:
    (Omit<EndedAccess, 'grants'> & { readonly approvals: number; readonly grants?: number }) | null;
  readonly handedOver: HandedOver | null;
}

interface RoleChangeRow extends Omit<
  RoleChange,
  'askedBy' | 'occurredAt' | 'effectiveAt' | 'askedAt' | 'endedAt'
> {
  readonly asked_by: string | null;
  readonly asker: string | null;
  readonly occurred_at: Date;
  readonly effective_at: Date;
  readonly asked_at: Date;
  readonly ended_at: Date | null;
}

const SELECT = `
  select c.id, c.user_id as "personId", c.operation, c.state, c.wanted, c.before, c.after, c.rule, c.asked_by,
         u.name as asker, c.event_id as "eventId", c.reason, c.occurred_at, c.effective_at, c.asked_at, c.ended_at,
         c.closed, c.handed_over as "handedOver"
    from role_change c left join app_user u on u.tenant_id = c.tenant_id and u.id = c.asked_by`;

function fromRow(row: RoleChangeRow): RoleChange {
  const { asked_by, asker, occurred_at, effective_at, asked_at, ended_at, ...rest } = row;
  return {
    ...rest,
    askedBy: asked_by === null ? null : { id: asked_by, name: asker ?? asked_by },
    occurredAt: occurred_at.toISOString(),
    effectiveAt: effective_at.toISOString(),
    askedAt: asked_at.toISOString(),
    endedAt: ended_at?.toISOString() ?? null,
  };
}

/** What is asked, as its first row has it. */
export type NewRoleChange = Pick<
  RoleChange,
  'id' | 'personId' | 'operation' | 'wanted' | 'eventId' | 'reason' | 'occurredAt' | 'effectiveAt' | 'askedAt'
> & { readonly askedBy: string | null };

/** Adds a change that waits for its date. */
export async function insertRoleChange(tx: Tx, tenantId: string, asked: NewRoleChange): Promise<void> {
  await tx.query(
    `insert into role_change (tenant_id, id, user_id, operation, state, wanted, asked_by, event_id, reason, occurred_at,
                              effective_at, asked_at)
     values ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenantId,
      asked.id,
      asked.personId,
      asked.operation,
      JSON.stringify(asked.wanted),
      asked.askedBy,
      asked.eventId,
      asked.reason,
      asked.occurredAt,
      asked.effectiveAt,
      asked.askedAt,
    ],
  );
}

/** One change, or undefined. */
export async function readRoleChange(tx: Tx, id: string): Promise<RoleChange | undefined> {
  const { rows } = await tx.query<RoleChangeRow>(`${SELECT} where c.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** One change under a row lock. */
export async function lockRoleChange(tx: Tx, id: string): Promise<RoleChange | undefined> {
  const { rowCount } = await tx.query('select from role_change where id = $1 for update', [id]);
  return rowCount === 1 ? readRoleChange(tx, id) : undefined;
}

const LIST_LIMIT = 200;

/** The changes of a person, newest first, at most 200. */
export async function listRoleChanges(tx: Tx, personId: string): Promise<RoleChange[]> {
  const { rows } = await tx.query<RoleChangeRow>(
    `${SELECT} where c.user_id = $1 order by c.asked_at desc, c.id desc limit $2`,
    [personId, LIST_LIMIT],
  );
  return rows.map(fromRow);
}

/** Ends a change that waits. */
export async function endRoleChange(
  tx: Tx,
  id: string,
  end: Pick<RoleChange, 'before' | 'after' | 'rule' | 'closed'> & {
    readonly state: Exclude<RoleChangeState, 'waiting'>;
    readonly at: string;
  },
): Promise<void> {
  await tx.query(
    `update role_change set state = $2, before = $3, after = $4, rule = $5, closed = $6, ended_at = $7
      where id = $1 and state = 'waiting'`,
    [id, end.state, jsonOf(end.before), jsonOf(end.after), end.rule, jsonOf(end.closed), end.at],
  );
}

/** Notes once to whom a leaver's things went. */
export async function noteHandedOver(tx: Tx, id: string, handedOver: HandedOver): Promise<void> {
  await tx.query('update role_change set handed_over = $2 where id = $1 and handed_over is null', [
    id,
    jsonOf(handedOver),
  ]);
}

function jsonOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
