import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { findUserByRole, insertUser, type User } from '../../recorder-core/records/users.ts';

/** Whoever acts on the machine itself: the tenant's first administrator, made where there is none yet. */
export async function localAdministrator(tx: Tx, tenantId: string, now: Date): Promise<User> {
  const known = await findUserByRole(tx, 'administrator');
  if (known !== undefined) return known;
  const user = { id: newId(now.getTime()), name: 'Local administrator', role: 'administrator' };
  await insertUser(tx, tenantId, user);
  return user;
}
