import type { Tx } from './database.ts';

/** A person who may sign in. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** Adds a user. */
export async function insertUser(tx: Tx, tenantId: string, user: User): Promise<void> {
  await tx.query('insert into app_user (tenant_id, id, name, role) values ($1, $2, $3, $4)', [
    tenantId,
    user.id,
    user.name,
    user.role,
  ]);
}

/** The oldest active user of a role, if any. */
export async function findUserByRole(tx: Tx, role: string): Promise<User | undefined> {
  const { rows } = await tx.query<User>(
    "select id, name, role from app_user where role = $1 and status = 'active' and kind = 'person' order by created_at, id limit 1",
    [role],
  );
  return rows[0];
}

/** An id is nobody else's name: whoever calls themselves by one is not found by it while its user is there, active or not. */
const CALLED = `(id::text = lower($1)
  or name = $1 and not exists (select from app_user o where o.id::text = lower($1)))`;

/** The user of a name or an id, if any, machines as well; the oldest where a name stands twice. */
export async function findUser(tx: Tx, nameOrId: string): Promise<User | undefined> {
  const { rows } = await tx.query<User>(
    `select id, name, role from app_user where ${CALLED} order by created_at, id limit 1`,
    [nameOrId],
  );
  return rows[0];
}

/** The active person of a name or an id, if any; the oldest where a name stands twice. */
export async function findActiveUser(tx: Tx, nameOrId: string): Promise<User | undefined> {
  const { rows } = await tx.query<User>(
    `select id, name, role from app_user where ${CALLED} and status = 'active' and kind = 'person'
      order by created_at, id limit 1`,
    [nameOrId],
  );
  return rows[0];
}

/** The groups that somebody is in, as directory or identity provider name them. */
export async function readGroups(tx: Tx, id: string): Promise<readonly string[]> {
  const { rows } = await tx.query<{ groups: string[] }>('select groups from app_user where id = $1', [id]);
  return rows[0]?.groups ?? [];
}

/** All active people, the oldest first. */
export async function listUsers(tx: Tx): Promise<User[]> {
  const { rows } = await tx.query<User>(
    "select id, name, role from app_user where status = 'active' and kind = 'person' order by created_at, id",
  );
  return rows;
}

/** How many active people have each role. */
export async function countByRole(tx: Tx): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.query<{ role: string; count: number }>(
    "select role, count(*)::int as count from app_user where status = 'active' and kind = 'person' group by role",
  );
  return new Map(rows.map(({ role, count }) => [role, count]));
}

/** Gives somebody the address that mail goes to, or none. */
export async function writeUserEmail(tx: Tx, id: string, email: string | null): Promise<void> {
  await tx.query('update app_user set email = $2 where id = $1', [id, email]);
}
