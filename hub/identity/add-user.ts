import { HoldfastError } from '../../recorder-core/errors.ts';
import { ROLES } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { findUser, insertUser, type User } from '../../recorder-core/records/users.ts';

/**
 * Adds a person who may sign in; the role is in the ledger. A name stands for one person, because people tell each
 * other apart by it. @throws HoldfastError `invalid_input` for a role that is none; `conflict` for a name that is taken.
 */
export async function addUser(
  tx: Tx,
  tenantId: string,
  user: User,
  by: { readonly person: User; readonly now: Date },
): Promise<void> {
  if (!(ROLES as readonly string[]).includes(user.role)) {
    throw new HoldfastError(
      'invalid_input',
      `There is no role of this name. Roles are ${ROLES.join(', ')}.`,
      {
        field: 'role',
      },
    );
  }
  if ((await findUser(tx, user.name)) !== undefined)
    throw new HoldfastError('conflict', 'Somebody has this name already. Choose one that tells them apart.');
  await insertUser(tx, tenantId, user);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: by.now,
      act: 'role.changed',
      object: { type: 'user', id: user.id },
      outcome: 'done',
      facts: { before: null, after: user.role },
    },
    { ...actedBy(by.person), name: user.name },
  );
}
