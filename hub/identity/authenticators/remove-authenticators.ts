import { HoldfastError } from '../../../recorder-core/errors.ts';
import {
  removeAllAuthenticators,
  removeAuthenticator,
} from '../../../recorder-core/records/authenticators.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { readPerson } from '../../../recorder-core/records/people.ts';
import { replaceRecoveryCodes } from '../../../recorder-core/records/recovery-codes.ts';
import { requireRecent } from './add-authenticator.ts';
import { noteAuthenticator } from './note-authenticator.ts';
import type { PresenceAsking } from './presence-asking.ts';
import { digestOfRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';

/** Removes one of one's own. @throws HoldfastError `not_found`, `step_up_required`. */
export async function removeOwn(tx: Tx, asking: PresenceAsking, id: string): Promise<void> {
  const { identity, now } = asking;
  await requireRecent(tx, asking);
  const kind = await removeAuthenticator(tx, identity.user.id, id);
  if (kind === undefined) throw new HoldfastError('not_found', 'You have no authenticator of this id.');
  await noteAuthenticator(tx, identity.tenantId, identity.user, now, {
    act: 'authenticator.removed',
    userId: identity.user.id,
    facts: { kind, authenticator: id },
  });
}

/** Makes new recovery codes in the place of all before, and answers them, once. @throws HoldfastError `step_up_required`. */
export async function makeRecoveryCodes(tx: Tx, asking: PresenceAsking): Promise<string[]> {
  const { identity, now } = asking;
  await requireRecent(tx, asking);
  const codes = newRecoveryCodes();
  const digests = codes.map(digestOfRecoveryCode);
  await replaceRecoveryCodes(tx, identity.tenantId, identity.user.id, digests, now.toISOString());
  await noteAuthenticator(tx, identity.tenantId, identity.user, now, {
    act: 'recovery.renewed',
    userId: identity.user.id,
    facts: { codes: codes.length },
  });
  return codes;
}

/**
 * An administrator takes everything from a person who lost what they had; the person adds new ones after a sign-in. Nobody does
 * this for themselves: it would end the very proof that it asks for.
 * @throws HoldfastError `not_found`; `forbidden` for oneself.
 */
export async function resetAuthenticators(
  tx: Tx,
  { identity, now }: Pick<PresenceAsking, 'identity' | 'now'>,
  userId: string,
  reason: string,
): Promise<number> {
  if (userId === identity.user.id)
    throw new HoldfastError(
      'forbidden',
      'Remove your own authenticators one by one under "My authenticators"; another administrator can reset them (rule step-up/own-reset).',
    );
  if ((await readPerson(tx, userId)) === undefined)
    throw new HoldfastError('not_found', 'There is nobody of this id in your tenant.');
  const removed = await removeAllAuthenticators(tx, userId);
  await replaceRecoveryCodes(tx, identity.tenantId, userId, [], now.toISOString());
  await noteAuthenticator(tx, identity.tenantId, identity.user, now, {
    act: 'authenticator.reset',
    userId,
    facts: { removed },
    reason,
  });
  return removed;
}
