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

/** The oldest user of a role, if any. */
export async function findUserByRole(tx: Tx, role: string): Promise<User | undefined> {
  const { rows } = await tx.query<User>(
    'select id, name, role from app_user where role = $1 order by created_at, id limit 1',
    [role],
  );
  return rows[0];
}
