import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import {
  hasProviderSignIn,
  writeBreakGlass,
  writeLocalSignIn,
} from '../../../recorder-core/records/local-accounts.ts';
import { findActiveUser } from '../../../recorder-core/records/users.ts';
import type { Asking } from '../asking.ts';

/** A provider counts as working when somebody came through it in these days. */
const PROVEN_MS = 30 * 86_400_000;

type Manager = Pick<Asking, 'tenantId' | 'person' | 'now'>;

/**
 * Switches signing in without an identity provider off, or on again. Accounts for emergencies, and links made on the machine, go on.
 * @throws HoldfastError `conflict` where it is switched off and nobody has come through a provider lately: everybody would be shut out.
 */
export async function switchLocalSignIn(
  tx: Tx,
  { tenantId, person, now }: Manager,
  { allowed, reason }: { readonly allowed: boolean; readonly reason: string },
): Promise<void> {
  if (!allowed && !(await hasProviderSignIn(tx, new Date(now.getTime() - PROVEN_MS).toISOString())))
    throw new HoldfastError(
      'conflict',
      'Nobody has signed in through an identity provider in the last 30 days, so switching this off would shut everybody out. Sign in through the provider once, then switch it off.',
    );
  await writeLocalSignIn(tx, tenantId, { allowed, by: person.id, now: now.toISOString() });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'signin.changed',
      object: { type: 'tenant', id: tenantId },
      outcome: 'done',
      facts: { local: allowed },
    },
    { ...actedBy(person), reason },
  );
}

/** Makes an account one for emergencies, or an ordinary one again. @throws HoldfastError `not_found`. */
export async function markBreakGlass(
  tx: Tx,
  { tenantId, person, now }: Manager,
  userId: string,
  { breakGlass, reason }: { readonly breakGlass: boolean; readonly reason: string },
): Promise<void> {
  const user = await findActiveUser(tx, userId);
  if (user === undefined) throw new HoldfastError('not_found', 'There is no active person of this id.');
  await writeBreakGlass(tx, tenantId, user.id, breakGlass, now.toISOString());
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'account.changed',
      object: { type: 'user', id: user.id },
      outcome: 'done',
      facts: { breakGlass },
    },
    { ...actedBy(person), reason },
  );
}
