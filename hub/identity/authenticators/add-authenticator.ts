import { randomBytes } from 'node:crypto';
import { generateRegistrationOptions, type RegistrationResponseJSON } from '@simplewebauthn/server';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { STEP_UP_SECONDS } from '../../../recorder-core/policy/step-up.ts';
import {
  insertPasskey,
  insertTotp,
  listAuthenticators,
  listPasskeys,
} from '../../../recorder-core/records/authenticators.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { ensureLocalAccount } from '../../../recorder-core/records/local-accounts.ts';
import { insertChallenge, takeChallenge } from '../../../recorder-core/records/presence-challenges.ts';
import { isFresh, stepUpRequired } from '../step-up.ts';
import { noteAuthenticator } from './note-authenticator.ts';
import { endOfChallenge, type PresenceAsking } from './presence-asking.ts';
import type { RelyingParty } from './proof-settings.ts';
import { describeTotp, newTotpSecret, openTotp, requireStep, sealTotp } from './totp.ts';
import { encodeUserHandle } from './user-handle.ts';
import { ALGORITHMS, verifyRegistration } from './verify-passkey.ts';

/** More than anybody carries; it bounds what a challenge lists. */
const MOST = 20;

/** Ways to sign in after which the first authenticator may be added. */
const MORE_THAN_A_PASSWORD: ReadonlySet<string> = new Set(['link', 'saml', 'oidc']);

/**
 * Who adds or removes a proof must be its person: they proved it within five minutes, or, while they have none yet, signed in
 * within five minutes by more than a password: by a link of the machine or through an identity provider. So a session that was
 * left open, or a password that somebody else knows, adds nothing.
 * @throws HoldfastError `step_up_required`; `forbidden` for the first one after a password.
 */
export async function requireRecent(tx: Tx, { identity, now }: PresenceAsking): Promise<void> {
  if (isFresh(identity, now, STEP_UP_SECONDS)) return;
  const justSignedIn = isFresh({ steppedUpAt: identity.authAt }, now, STEP_UP_SECONDS);
  const hasNone = (await listAuthenticators(tx, identity.user.id)).length === 0;
  if (hasNone && MORE_THAN_A_PASSWORD.has(identity.means)) {
    if (justSignedIn) return;
  } else if (hasNone)
    throw new HoldfastError(
      'forbidden',
      'The first authenticator is not added after signing in with a password alone: somebody else may know it. Get a link with `holdfast sign-in` from whoever runs Holdfast, sign in by it and add one within five minutes.',
    );
  throw stepUpRequired('Changing your authenticators', STEP_UP_SECONDS);
}

/** Begins to add a passkey: what the browser is asked for. @throws HoldfastError `step_up_required`, `unsupported`, `conflict`. */
export async function beginPasskey(tx: Tx, asking: PresenceAsking) {
  await requireRecent(tx, asking);
  await requireRoom(tx, asking);
  const { identity, now } = asking;
  const party = requireParty(asking);
  const challenge = randomBytes(32);
  const known = await listPasskeys(tx, identity.user.id);
  const options = await generateRegistrationOptions({
    rpName: 'Holdfast',
    rpID: party.id,
    userName: identity.user.name,
    userDisplayName: identity.user.name,
    userID: new Uint8Array(encodeUserHandle({ tenantId: identity.tenantId, userId: identity.user.id })),
    challenge: new Uint8Array(challenge),
    attestationType: 'none',
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId.toString('base64url'),
      transports: [...transports],
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
    timeout: 120_000,
  });
  const challengeId = await keep(tx, asking, { purpose: 'add-passkey', challenge, sealed: null });
  return { challengeId, options: { ...options }, expiresAt: endOfChallenge(now) };
}

/** Adds the passkey that answered. @throws HoldfastError `forbidden` with the rule, `conflict` where it is known already. */
export async function finishPasskey(
  tx: Tx,
  asking: PresenceAsking,
  answer: {
    readonly challengeId: string;
    readonly name: string;
    readonly response: RegistrationResponseJSON;
  },
): Promise<void> {
  const { identity, now, newId } = asking;
  const { challenge } = await take(asking, answer.challengeId, 'add-passkey');
  const verified = await verifyRegistration(
    answer.response,
    challenge ?? Buffer.alloc(0),
    requireParty(asking),
  );
  if (!verified.ok)
    throw new HoldfastError(
      'forbidden',
      `This passkey was not added (rule step-up/${verified.fault}). Begin anew, on a page of this console.`,
      { detail: verified.why },
    );
  const id = newId(now);
  const added = await insertPasskey(tx, identity.tenantId, {
    ...verified.value,
    id,
    userId: identity.user.id,
    name: answer.name,
    transports: answer.response.response.transports ?? [],
    now: now.toISOString(),
  });
  if (!added)
    throw new HoldfastError(
      'conflict',
      'This passkey is known here already. Nothing was added: use it as it is.',
    );
  // Whoever came by a link of the machine has no other way to sign in; the passkey is one from now on.
  if (identity.means === 'link')
    await ensureLocalAccount(tx, identity.tenantId, identity.user.id, now.toISOString());
  await noteAuthenticator(tx, identity.tenantId, identity.user, now, {
    act: 'authenticator.added',
    userId: identity.user.id,
    facts: { kind: 'passkey', authenticator: id },
  });
}

/** Begins to add an authenticator that shows codes: its secret, which is shown once. @throws HoldfastError as `beginPasskey`. */
export async function beginTotp(tx: Tx, asking: PresenceAsking, tenant: string) {
  await requireRecent(tx, asking);
  await requireRoom(tx, asking);
  const { identity, settings, now } = asking;
  const secret = newTotpSecret();
  const sealed = sealTotp(settings, { tenantId: identity.tenantId, userId: identity.user.id }, secret);
  const challengeId = await keep(tx, asking, { purpose: 'add-totp', challenge: null, sealed });
  return {
    challengeId,
    ...describeTotp(secret, { account: identity.user.name, tenant }),
    expiresAt: endOfChallenge(now),
  };
}

/** Adds the authenticator once it has shown a right code. @throws HoldfastError `forbidden`, `invalid_input` for a wrong code. */
export async function finishTotp(
  tx: Tx,
  asking: PresenceAsking,
  answer: { readonly challengeId: string; readonly name: string; readonly code: string },
): Promise<void> {
  const { identity, settings, now, newId } = asking;
  const place = { tenantId: identity.tenantId, userId: identity.user.id };
  const { sealed } = await take(asking, answer.challengeId, 'add-totp');
  if (sealed === null) throw new Error('A challenge that adds an authenticator has its secret.');
  const lastStep = requireStep(openTotp(settings, place, sealed), answer.code, now);
  const id = newId(now);
  await insertTotp(tx, place.tenantId, {
    id,
    userId: place.userId,
    name: answer.name,
    sealed,
    lastStep,
    now: now.toISOString(),
  });
  await noteAuthenticator(tx, place.tenantId, identity.user, now, {
    act: 'authenticator.added',
    userId: place.userId,
    facts: { kind: 'totp', authenticator: id },
  });
}

/** The relying party. @throws HoldfastError `unsupported` where the console is reached by an address that can have no passkeys. */
export function requireParty({ settings: { relyingParty } }: Pick<PresenceAsking, 'settings'>): RelyingParty {
  if (relyingParty !== undefined) return relyingParty;
  throw new HoldfastError(
    'unsupported',
    'A passkey belongs to a name, and this console is reached by an address. Use an authenticator that shows codes, or set HOLDFAST_PUBLIC_URL to a name.',
  );
}

async function requireRoom(tx: Tx, { identity }: PresenceAsking): Promise<void> {
  if ((await listAuthenticators(tx, identity.user.id)).length < MOST) return;
  throw new HoldfastError('conflict', `You have ${MOST} authenticators. Remove one before you add another.`);
}

async function keep(
  tx: Tx,
  { identity, now, newId }: PresenceAsking,
  asked: Pick<Parameters<typeof insertChallenge>[2], 'purpose' | 'challenge' | 'sealed'>,
): Promise<string> {
  const id = newId(now);
  await insertChallenge(tx, identity.tenantId, {
    ...asked,
    id,
    sessionId: identity.sessionId,
    expiresAt: endOfChallenge(now),
    now: now.toISOString(),
  });
  return id;
}

/** In a transaction of its own: what is answered wrongly was answered. */
async function take({ db, identity, now }: PresenceAsking, id: string, purpose: 'add-passkey' | 'add-totp') {
  const asked = { id, sessionId: identity.sessionId, purpose };
  const found = await db.forTenant(identity.tenantId, (apart) =>
    takeChallenge(apart, asked, now.toISOString()),
  );
  if (found !== undefined) return found;
  throw new HoldfastError(
    'forbidden',
    'This is no open question of your session: it was answered before, or its five minutes are over (rule step-up/challenge). Begin anew.',
  );
}
