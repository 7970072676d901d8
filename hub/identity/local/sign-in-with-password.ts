import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Database, Tx } from '../../../recorder-core/records/database.ts';
import {
  findStoredPassword,
  isLocalSignInAllowed,
  readLocalSignIn,
  writePassword,
  type StoredPassword,
} from '../../../recorder-core/records/local-accounts.ts';
import { openIncident } from '../../../recorder-core/records/open-incident.ts';
import {
  claimAttempt,
  forgiveAttempts,
  uncountAttempt,
  type DelaySubject,
} from '../../../recorder-core/records/sign-in-delays.ts';
import { readTenant } from '../../../recorder-core/records/tenants.ts';
import { takeCode } from '../authenticators/prove-presence.ts';
import type { ProofSettings } from '../authenticators/proof-settings.ts';
import { beginSession, type BegunSession, type SignedIn } from '../begin-session.ts';
import type { SignInPlace } from '../sessions.ts';
import { hashPassword, isOutdated, isPassword, type ScryptCost } from './hash-password.ts';

/** What a password is tried with. */
export interface PasswordDoor {
  readonly db: Database;
  readonly newId: (at: Date) => string;
  /** With what codes of authenticators are opened. */
  readonly proofs: ProofSettings;
  /** Tests use a lower one. */
  readonly passwordCost?: ScryptCost | undefined;
}

/** What somebody typed, and from where. */
export interface PasswordAttempt {
  readonly tenantId: string;
  /** Name, e-mail address or id. */
  readonly name: string;
  readonly password: string;
  /** Of an authenticator, or a recovery code; looked at where the tenant asks for a second factor. */
  readonly code?: string | undefined;
  readonly address: string;
  readonly place: SignInPlace;
  readonly now: Date;
}

/**
 * Begins a session with name and password. An unknown name, a wrong password, an account without one, and one that may not sign in
 * here are refused with the same words after the same work. The first failures are free; then each attempt at the account, or
 * from the address, waits longer; a wrong code is such a failure. An account for emergencies opens an incident.
 * @throws HoldfastError `unauthenticated`, with the field `/body/code` where only the code lacks; `rate_limited` with the time to wait, also for names that do not exist.
 */
export async function signInWithPassword(
  door: PasswordDoor,
  attempt: PasswordAttempt,
): Promise<BegunSession> {
  const { tenantId, name, password, address, now } = attempt;
  const account: DelaySubject = { kind: 'account', value: name };
  const origin: DelaySubject = { kind: 'address', value: address };
  const found = await door.db.forTenant(tenantId, async (tx) => {
    if ((await readTenant(tx)) === undefined) return undefined; // refused like any other, after the same work
    const delayed = await claimAttempt(tx, tenantId, [account, origin], now);
    if (delayed !== undefined) throw tooMany(delayed.untilMs - now.getTime());
    return readAccount(tx, name);
  });
  const isRight = await isPassword(password, found?.password ?? null, door.passwordCost);
  if (!isRight || found === undefined || !found.mayEnter) throw refused();
  const renewed = isOutdated(found.password ?? '', door.passwordCost)
    ? await hashPassword(password, door.passwordCost)
    : undefined;
  return door.db.forTenant(tenantId, async (tx) => {
    const factors = await requireFactors(tx, door, attempt, found.userId);
    await forgiveAttempts(tx, account, now);
    await uncountAttempt(tx, origin, now);
    if (renewed !== undefined) await writePassword(tx, tenantId, found.userId, renewed, now.toISOString());
    const begun = await beginSession(tx, tenantId, {
      ...attempt.place,
      userId: found.userId,
      means: found.breakGlass ? 'break-glass' : 'password',
      ...factors,
      now,
    });
    if (found.breakGlass) await reportEmergency(tx, door, attempt, begun);
    return begun;
  });
}

/** Whether somebody may sign in without an identity provider, by password or by passkey, and whether as an emergency. */
export async function localSignInOf(
  tx: Tx,
  account: { readonly breakGlass: boolean } | undefined,
): Promise<'local' | 'break-glass' | undefined> {
  if (account?.breakGlass === true) return 'break-glass';
  return (await isLocalSignInAllowed(tx)) ? 'local' : undefined;
}

/** Whether the password is enough, or the code beside it is right; what the session then says of both. */
async function requireFactors(
  tx: Tx,
  { proofs }: PasswordDoor,
  { tenantId, code, now }: PasswordAttempt,
  userId: string,
): Promise<Pick<SignedIn, 'amr' | 'steppedUpAt'>> {
  if (!(await readLocalSignIn(tx)).secondFactor) return { amr: ['pwd'] };
  if (code !== undefined && (await takeCode(tx, { tenantId, userId, settings: proofs, now }, code)))
    return { amr: ['pwd', 'otp', 'mfa'], steppedUpAt: now };
  throw new HoldfastError(
    'unauthenticated',
    code === undefined
      ? 'Your organisation asks for a code of your authenticator beside the password. Type one, or sign in with a passkey; without either, get a link with `holdfast sign-in` from whoever runs Holdfast.'
      : 'The code is not right. Codes change every 30 seconds and count once; a recovery code works once.',
    { field: '/body/code' },
  );
}

async function readAccount(
  tx: Tx,
  name: string,
): Promise<(StoredPassword & { readonly mayEnter: boolean }) | undefined> {
  const found = await findStoredPassword(tx, name);
  const may = await localSignInOf(tx, found); // asked for unknown names as well: the same work
  return found && { ...found, mayEnter: may !== undefined };
}

/** Nobody signs in by this way in peace: whoever watches over security looks at it. */
export async function reportEmergency(
  tx: Tx,
  { newId }: Pick<PasswordDoor, 'newId'>,
  { tenantId, now }: Pick<PasswordAttempt, 'tenantId' | 'now'>,
  { identity }: BegunSession,
): Promise<void> {
  await openIncident(tx, {
    tenantId,
    key: `break-glass ${identity.user.id}`,
    kind: 'access',
    severity: 'high',
    title: 'An account for emergencies was used to sign in',
    detector: 'break-glass',
    detectedAt: now,
    facts: { user: identity.user.id, session: identity.sessionId },
    now,
    newId,
  });
}

function refused(): HoldfastError {
  return new HoldfastError(
    'unauthenticated',
    'Name or password is not right, or signing in with a password is not allowed here. Sign in through your identity provider, or ask an administrator.',
  );
}

function tooMany(waitMs: number): HoldfastError {
  return new HoldfastError(
    'rate_limited',
    `There were too many attempts with this name or from this address. Try again in ${Math.ceil(waitMs / 1000)} seconds; nothing was looked at now.`,
    { retryAfterMs: waitMs },
  );
}
