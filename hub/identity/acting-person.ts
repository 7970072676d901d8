import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { findActiveUser, type User } from '../../recorder-core/records/users.ts';
import { localAdministrator } from './local-administrator.ts';

/** Whoever a command acts for: the user named, or the local administrator. @throws HoldfastError `not_found`. */
export async function actingPerson(
  tx: Tx,
  tenantId: string,
  named: string | undefined,
  now: Date,
): Promise<User> {
  if (named === undefined) return localAdministrator(tx, tenantId, now);
  const found = await findActiveUser(tx, named);
  if (found !== undefined) return found;
  throw new HoldfastError(
    'not_found',
    'There is no active user of this name or id. `holdfast users` lists them.',
  );
}
