import { HoldfastError } from '../../../recorder-core/errors.ts';
import { passwordFault } from '../../../recorder-core/policy/password-rules.ts';
import type { Database } from '../../../recorder-core/records/database.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import {
  findStoredPassword,
  isLocalSignInAllowed,
  writePassword,
} from '../../../recorder-core/records/local-accounts.ts';
import { claimAttempt, forgiveAttempts } from '../../../recorder-core/records/sign-in-delays.ts';
import { readTenant } from '../../../recorder-core/records/tenants.ts';
import { endSessionsFor } from '../end-sessions.ts';
import type { Identity } from '../identity.ts';
import { renewSecret } from '../renew-session.ts';
import { isCommonPassword } from './common-passwords.ts';
import { hashPassword, isPassword, type ScryptCost } from './hash-password.ts';

const COMMON =
  'It is on the list of passwords that are tried first, or made of two of them. Choose a sentence that only you would write.';

/** How old the sign-in by a link may be that a first password is set in. */
const LINK_FRESH_MS = 15 * 60_000;

/** What is set, and what proves that its person sets it. */
export interface PasswordChange {
  readonly password: string;
  /** The one before, where there is one. */
  readonly current?: string | undefined;
}

/**
 * Sets the asker's own password: the first within a quarter of an hour of signing in by a link from the machine, any other
 * with the one before. Every other session of the person ends; this one gets another secret, which is answered.
 * @throws HoldfastError `invalid_input` for one that is easy to guess; `forbidden` where nothing proves the person, or passwords
 * are not used here; `rate_limited`.
 */
export async function setPassword(
  db: Database,
  identity: Identity,
  change: PasswordChange,
  { now, cost }: { readonly now: Date; readonly cost?: ScryptCost | undefined },
): Promise<string> {
  const { tenantId, user } = identity;
  const subject = { kind: 'account', value: user.id } as const;
  const before = await db.forTenant(tenantId, async (tx) => {
    const account = await findStoredPassword(tx, user.id);
    if (account?.breakGlass !== true && !(await isLocalSignInAllowed(tx))) throw notUsedHere();
    const tenant = await readTenant(tx);
    const fault =
      passwordFault(change.password, [user.name, tenant?.name ?? '', 'Holdfast']) ??
      (isCommonPassword(change.password) ? COMMON : undefined);
    if (fault !== undefined)
      throw new HoldfastError('invalid_input', `This password cannot be used. ${fault}`, {
        field: 'password',
      });
    if (
      account !== undefined &&
      account.password !== null &&
      (await claimAttempt(tx, tenantId, [subject], now)) !== undefined
    )
      throw new HoldfastError('rate_limited', 'There were too many attempts. Try again in a few minutes.');
    return account;
  });
  await proveOwner(identity, change, before?.password ?? null, now, cost);
  const stored = await hashPassword(change.password, cost);
  return db.forTenant(tenantId, async (tx) => {
    await forgiveAttempts(tx, subject, now);
    await writePassword(tx, tenantId, user.id, stored, now.toISOString());
    await appendLeaf(
      tx,
      tenantId,
      { at: now, act: 'password.set', object: { type: 'user', id: user.id }, outcome: 'done' },
      actedBy(user),
    );
    await endSessionsFor(
      tx,
      { tenantId, person: user, now },
      { userId: user.id, except: identity.sessionId },
    );
    return renewSecret(tx, identity, now);
  });
}

async function proveOwner(
  identity: Identity,
  { current }: PasswordChange,
  stored: string | null,
  now: Date,
  cost: ScryptCost | undefined,
): Promise<void> {
  if (stored === null) {
    const isFresh = now.getTime() - Date.parse(identity.authAt) <= LINK_FRESH_MS;
    if (identity.means === 'link' && isFresh) return;
    throw new HoldfastError(
      'forbidden',
      'A first password is set within 15 minutes of signing in by a link. Get a new link with `holdfast sign-in` and set it then.',
    );
  }
  if (await isPassword(current ?? '', stored, cost)) return;
  throw new HoldfastError('forbidden', 'The current password is not right, so the new one was not set.', {
    field: 'current',
  });
}

function notUsedHere(): HoldfastError {
  return new HoldfastError(
    'forbidden',
    'Your organisation signs in through its identity provider; passwords are not used here. Only accounts for emergencies have one.',
  );
}
