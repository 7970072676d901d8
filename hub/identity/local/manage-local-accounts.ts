import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import {
  hasProvenLocalAccount,
  hasProviderSignIn,
  readLocalSignIn,
  writeBreakGlass,
  writeLocalSignIn,
} from '../../../recorder-core/records/local-accounts.ts';
import { findActiveUser } from '../../../recorder-core/records/users.ts';
import type { Asking } from '../asking.ts';

/** A provider counts as working when somebody came through it in these days. */
const PROVEN_MS = 30 * 86_400_000;

type Manager = Pick<Asking, 'tenantId' | 'person' | 'now'>;

/** What is to hold from now on; what is left out stays. */
export interface LocalSignInChange {
  readonly allowed?: boolean | undefined;
  readonly secondFactor?: boolean | undefined;
  readonly reason: string;
}

/**
 * Switches signing in without an identity provider off, or on again, and says whether a password needs a second factor. Links
 * made on the machine go on in any case, and accounts for emergencies where it is off.
 * @throws HoldfastError `conflict` where everybody would be shut out: nobody has come through a provider lately, or nobody with
 * an account here has an authenticator.
 */
export async function switchLocalSignIn(
  tx: Tx,
  { tenantId, person, now }: Manager,
  { reason, ...change }: LocalSignInChange,
): Promise<void> {
  const before = await readLocalSignIn(tx);
  const { allowed = before.allowed, secondFactor = before.secondFactor } = change;
  if (
    change.allowed === false &&
    !(await hasProviderSignIn(tx, new Date(now.getTime() - PROVEN_MS).toISOString()))
  )
    throw new HoldfastError(
      'conflict',
      'Nobody has signed in through an identity provider in the last 30 days, so switching this off would shut everybody out. Sign in through the provider once, then switch it off.',
    );
  if (secondFactor && !before.secondFactor && !(await hasProvenLocalAccount(tx)))
    throw new HoldfastError(
      'conflict',
      'Nobody with an account kept here has an authenticator, so asking for one would shut them all out. Add one under "My authenticators" first.',
    );
  await writeLocalSignIn(tx, tenantId, { allowed, secondFactor, by: person.id, now: now.toISOString() });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'signin.changed',
      object: { type: 'tenant', id: tenantId },
      outcome: 'done',
      facts: { local: allowed, secondFactor },
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
