import type { PersonPlace } from '../policy/role-change.ts';
import type { Tx } from './database.ts';

/** A person with their place and role. */
export interface PersonRecord extends PersonPlace {
  readonly id: string;
  /** Of the directory or HR system; null for people who were added here. */
  readonly externalId: string | null;
  readonly managerName: string | null;
  /** When the newest change that was applied happened. */
  readonly changedAt: string | null;
}

const SELECT = `
  select u.id, u.name, u.role, u.status, u.department, u.job, u.manager_id as "managerId", m.name as "managerName",
         u.external_id as "externalId", u.changed_at as "changedAt"
    from app_user u left join app_user m on m.tenant_id = u.tenant_id and m.id = u.manager_id`;

function fromRow(row: Omit<PersonRecord, 'changedAt'> & { readonly changedAt: Date | null }): PersonRecord {
  return { ...row, changedAt: row.changedAt?.toISOString() ?? null };
}

/** By whom somebody is meant. */
export type PersonKey = { readonly id: string } | { readonly externalId: string };

/** One person under a row lock, or undefined. */
export async function lockPerson(tx: Tx, key: PersonKey): Promise<PersonRecord | undefined> {
  const { rows } = await tx.query<Parameters<typeof fromRow>[0]>(
    `${SELECT} where (u.id = $1 or u.external_id = $2) and u.kind = 'person' for update of u`,
    ['id' in key ? key.id : null, 'externalId' in key ? key.externalId : null],
  );
  return rows[0] && fromRow(rows[0]);
}

/** One person, or undefined. */
export async function readPerson(tx: Tx, id: string): Promise<PersonRecord | undefined> {
  const { rows } = await tx.query<Parameters<typeof fromRow>[0]>(
    `${SELECT} where u.id = $1 and u.kind = 'person'`,
    [id],
  );
  return rows[0] && fromRow(rows[0]);
}

const LIST_LIMIT = 2_000;

/** Everybody by name, at most 2,000; those who have left last. */
export async function listPeople(tx: Tx): Promise<PersonRecord[]> {
  const { rows } = await tx.query<Parameters<typeof fromRow>[0]>(
    `${SELECT} where u.kind = 'person' order by u.status = 'left', u.name, u.id limit $1`,
    [LIST_LIMIT],
  );
  return rows.map(fromRow);
}

/** Adds somebody as a change says; may be one who has left already. */
export async function insertPerson(
  tx: Tx,
  tenantId: string,
  person: PersonPlace & {
    readonly id: string;
    readonly externalId: string | null;
    readonly changedAt: string;
  },
): Promise<void> {
  await tx.query(
    `insert into app_user (tenant_id, id, name, role, status, department, job, manager_id, external_id, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenantId,
      person.id,
      person.name,
      person.role,
      person.status,
      person.department,
      person.job,
      person.managerId,
      person.externalId,
      person.changedAt,
    ],
  );
}

/** Gives a locked person another place; sessions have the new role from the commit on. */
export async function updatePerson(tx: Tx, id: string, after: PersonPlace, changedAt: string): Promise<void> {
  await tx.query(
    `update app_user set name = $2, role = $3, status = $4, department = $5, job = $6, manager_id = $7, changed_at = $8
      where id = $1`,
    [id, after.name, after.role, after.status, after.department, after.job, after.managerId, changedAt],
  );
}

/**
 * How many active administrators there are besides one person. Takes a lock that ends with the transaction, so that two
 * who remove each other are counted one after the other.
 */
export async function countOtherAdministrators(tx: Tx, personId: string): Promise<number> {
  await tx.query(
    "select pg_advisory_xact_lock(hashtextextended('administrators ' || current_tenant()::text, 0))",
  );
  const { rows } = await tx.query<{ count: number }>(
    "select count(*) as count from app_user where role = 'administrator' and status = 'active' and id <> $1",
    [personId],
  );
  return Number(rows[0]?.count ?? 0);
}
