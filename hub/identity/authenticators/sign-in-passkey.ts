import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { generateAuthenticationOptions, type AuthenticationResponseJSON } from '@simplewebauthn/server';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { PRESENCE_ACR } from '../../../recorder-core/policy/step-up.ts';
import { lockPasskey, notePasskeyUse } from '../../../recorder-core/records/authenticators.ts';
import type { Database, Tx } from '../../../recorder-core/records/database.ts';
import { findStoredPassword } from '../../../recorder-core/records/local-accounts.ts';
import { noteAnswered } from '../../../recorder-core/records/presence-challenges.ts';
import { readTenant } from '../../../recorder-core/records/tenants.ts';
import { beginSession, type BegunSession } from '../begin-session.ts';
import { localSignInOf, reportEmergency } from '../local/sign-in-with-password.ts';
import type { SignInPlace } from '../sessions.ts';
import { requireParty } from './add-authenticator.ts';
import { CHALLENGE_LIFE_MS } from './presence-asking.ts';
import { AMR } from './prove-presence.ts';
import { keyFor, type ProofSettings } from './proof-settings.ts';
import { decodeUserHandle, type UserHandle } from './user-handle.ts';
import { verifyAssertion } from './verify-passkey.ts';

/** When it is over as 64 bits of milliseconds, randomness, and a tag over both. */
const TIME_BYTES = 8;
const RANDOM_BYTES = 24;
const TAG_BYTES = 32;

/** With what a sign-in by passkey is checked, and what it begins. */
export interface PasskeyDoor {
  readonly db: Database;
  readonly proofs: ProofSettings;
  readonly newId: (at: Date) => string;
}

/**
 * Asks for a passkey of nobody in particular: the browser offers those it has for this name. Nothing is stored, because anybody
 * may ask; the question carries its own proof that it is ours. @throws HoldfastError `unsupported`.
 */
export async function beginPasskeySignIn({ proofs }: Pick<PasskeyDoor, 'proofs'>, now: Date) {
  const party = requireParty({ settings: proofs });
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(now.getTime() + CHALLENGE_LIFE_MS));
  const said = Buffer.concat([time, randomBytes(RANDOM_BYTES)]);
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    challenge: new Uint8Array(Buffer.concat([said, tagOf(proofs, said)])),
    userVerification: 'required',
    timeout: 120_000,
  });
  return { options: { ...options } };
}

/**
 * Begins the session of somebody whose passkey answered. It is two factors, and a proof of presence. Only people with a local
 * account come this way: who signs in through an identity provider, does so, because there it is decided who still may.
 * @throws HoldfastError `unauthenticated`, in the same words whatever was wrong.
 */
export async function finishPasskeySignIn(
  door: PasskeyDoor,
  response: AuthenticationResponseJSON,
  place: SignInPlace,
  now: Date,
): Promise<BegunSession> {
  const party = requireParty({ settings: door.proofs });
  const challenge = challengeIn(response);
  const whose = decodeUserHandle(response.response.userHandle ?? '');
  const overAt = challenge && endOf(door.proofs, challenge);
  if (challenge === undefined || whose === undefined || overAt === undefined || overAt <= now.getTime())
    throw refused('no open question of ours, or no person');
  const isFirst = await door.db.forTenant(whose.tenantId, (tx) =>
    noteOnce(tx, whose, challenge, overAt, now),
  );
  if (!isFirst) throw refused('answered before');
  return door.db.forTenant(whose.tenantId, async (tx) => {
    const passkey = await lockPasskey(tx, Buffer.from(response.id, 'base64url'));
    if (passkey?.userId !== whose.userId) throw refused('not a passkey of this person');
    const verified = await verifyAssertion(response, challenge, passkey, party);
    if (!verified.ok) throw refused(verified.why);
    const account = await findStoredPassword(tx, whose.userId);
    const way = await localSignInOf(tx, account);
    if (account === undefined || way === undefined) throw refused('no local account');
    await notePasskeyUse(tx, passkey.id, { ...verified.value, now: now.toISOString() });
    const begun = await beginSession(tx, whose.tenantId, {
      ...place,
      userId: whose.userId,
      means: way === 'break-glass' ? 'break-glass' : 'passkey',
      acr: PRESENCE_ACR,
      amr: AMR.passkey,
      steppedUpAt: now,
      now,
    });
    if (way === 'break-glass') await reportEmergency(tx, door, { tenantId: whose.tenantId, now }, begun);
    return begun;
  });
}

/** The tenant that an answer is about, for what is noted of a refusal; undefined where it names none. */
export function tenantOfAnswer(response: AuthenticationResponseJSON): string | undefined {
  return decodeUserHandle(response.response.userHandle ?? '')?.tenantId;
}

/** In a tenant that does not exist nothing can be kept, and nobody can sign in. */
async function noteOnce(
  tx: Tx,
  { tenantId }: UserHandle,
  challenge: Buffer,
  overAt: number,
  now: Date,
): Promise<boolean> {
  if ((await readTenant(tx)) === undefined) return false;
  const digest = createHash('sha256').update(challenge).digest();
  return noteAnswered(tx, tenantId, digest, {
    expiresAt: new Date(overAt).toISOString(),
    now: now.toISOString(),
  });
}

function challengeIn({ response }: AuthenticationResponseJSON): Buffer | undefined {
  const text = Buffer.from(response.clientDataJSON, 'base64url').toString('utf8');
  const challenge = /"challenge"\s*:\s*"([A-Za-z0-9_-]{1,200})"/.exec(text)?.[1];
  return challenge === undefined ? undefined : Buffer.from(challenge, 'base64url');
}

/** When a question of ours is over, in milliseconds; undefined for one that is none of ours. */
function endOf(proofs: ProofSettings, challenge: Buffer): number | undefined {
  if (challenge.length !== TIME_BYTES + RANDOM_BYTES + TAG_BYTES) return undefined;
  const said = challenge.subarray(0, TIME_BYTES + RANDOM_BYTES);
  if (!timingSafeEqual(challenge.subarray(said.length), tagOf(proofs, said))) return undefined;
  return Number(said.readBigUInt64BE());
}

function tagOf(proofs: ProofSettings, said: Buffer): Buffer {
  return createHmac('sha256', keyFor(proofs, 'sign-in')).update(said).digest();
}

function refused(detail: string): HoldfastError {
  return new HoldfastError(
    'unauthenticated',
    'This passkey does not sign anybody in here: it is not known, its question is over, or its person signs in another way. Try again, or use a link of `holdfast sign-in`.',
    { detail },
  );
}
