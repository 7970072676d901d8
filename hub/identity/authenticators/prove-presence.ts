import { randomBytes } from 'node:crypto';
import { generateAuthenticationOptions, type AuthenticationResponseJSON } from '@simplewebauthn/server';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { delayAfter, PRESENCE_ACR } from '../../../recorder-core/policy/step-up.ts';
import {
  listPasskeys,
  lockPasskey,
  lockTotps,
  notePasskeyUse,
  noteTotpUse,
} from '../../../recorder-core/records/authenticators.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { beginAttempt, clearAttempts } from '../../../recorder-core/records/presence-attempts.ts';
import { insertChallenge, takeChallenge } from '../../../recorder-core/records/presence-challenges.ts';
import { useRecoveryCode } from '../../../recorder-core/records/recovery-codes.ts';
import { stepUpSession } from '../renew-session.ts';
import { requireParty } from './add-authenticator.ts';
import { noteAuthenticator } from './note-authenticator.ts';
import { endOfChallenge, type PresenceAsking } from './presence-asking.ts';
import { digestOfRecoveryCode } from './recovery-codes.ts';
import { openTotp, stepOfCode } from './totp.ts';
import { verifyAssertion } from './verify-passkey.ts';

/** How a person proves that they are present. */
export type PresenceProof =
  | {
      readonly method: 'passkey';
      readonly challengeId: string;
      readonly response: AuthenticationResponseJSON;
    }
  | { readonly method: 'totp'; readonly code: string }
  | { readonly method: 'recovery-code'; readonly code: string };

/** Methods as RFC 8176 names them: possession of a key, or a code, and a second factor to the sign-in or to the key. */
export const AMR = {
  passkey: ['pop', 'mfa'],
  totp: ['otp', 'mfa'],
  'recovery-code': ['otp', 'mfa'],
} as const;

/** Asks for one of the person's passkeys. @throws HoldfastError `unsupported`; `not_found` where they have none. */
export async function beginProof(tx: Tx, asking: PresenceAsking) {
  const { identity, now, newId } = asking;
  const party = requireParty(asking);
  const known = await listPasskeys(tx, identity.user.id);
  if (known.length === 0)
    throw new HoldfastError('not_found', 'You have no passkey here. Use a code instead.');
  const challenge = randomBytes(32);
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    challenge: new Uint8Array(challenge),
    allowCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId.toString('base64url'),
      transports: [...transports],
    })),
    userVerification: 'required',
    timeout: 120_000,
  });
  const challengeId = newId(now);
  await insertChallenge(tx, identity.tenantId, {
    id: challengeId,
    sessionId: identity.sessionId,
    purpose: 'prove',
    challenge,
    sealed: null,
    expiresAt: endOfChallenge(now),
    now: now.toISOString(),
  });
  return { challengeId, options: { ...options }, expiresAt: endOfChallenge(now) };
}

/**
 * Checks a proof; a good one counts for the session from now on, which gets another secret: the answer is for its cookie.
 * A wrong one is in the ledger, and makes the next wait longer.
 * @throws HoldfastError `forbidden` with the rule, `rate_limited`.
 */
export async function finishProof(asking: PresenceAsking, proof: PresenceProof): Promise<string> {
  const { db, identity, now } = asking;
  const { tenantId, user } = identity;
  await requireAttempt(asking);
  const outcome = await db.forTenant(tenantId, async (tx) => {
    const fault = await check(tx, asking, proof);
    await noteAuthenticator(tx, tenantId, user, now, {
      act: fault === undefined ? 'presence.proven' : 'presence.refused',
      userId: user.id,
      facts: { method: proof.method, session: identity.sessionId },
      ...(fault === undefined ? {} : { outcome: 'refused', rule: `step-up/${fault.rule}` }),
    });
    if (fault !== undefined) return { fault };
    await clearAttempts(tx, user.id);
    return {
      cookie: await stepUpSession(tx, identity, { now, acr: PRESENCE_ACR, amr: AMR[proof.method] }),
    };
  });
  if ('cookie' in outcome) return outcome.cookie;
  throw refusal(outcome.fault);
}

interface Fault {
  readonly rule: string;
  readonly why?: string;
}

function check(tx: Tx, asking: PresenceAsking, proof: PresenceProof): Promise<Fault | undefined> {
  switch (proof.method) {
    case 'passkey':
      return checkPasskey(tx, asking, proof);
    case 'totp':
      return checkTotp(tx, codeAskingOf(asking), proof.code);
    case 'recovery-code':
      return checkRecoveryCode(tx, codeAskingOf(asking), proof.code);
  }
}

async function checkPasskey(
  tx: Tx,
  asking: PresenceAsking,
  { challengeId, response }: PresenceProof & { method: 'passkey' },
): Promise<Fault | undefined> {
  const { identity, now } = asking;
  const asked = { id: challengeId, sessionId: identity.sessionId, purpose: 'prove' } as const;
  const taken = await takeChallenge(tx, asked, now.toISOString());
  if (taken === undefined || taken.challenge === null) return { rule: 'challenge' };
  const passkey = await lockPasskey(tx, Buffer.from(response.id, 'base64url'));
  if (passkey?.userId !== identity.user.id) return { rule: 'credential' };
  const verified = await verifyAssertion(response, taken.challenge, passkey, requireParty(asking));
  if (!verified.ok) return { rule: verified.fault, why: verified.why };
  await notePasskeyUse(tx, passkey.id, { ...verified.value, now: now.toISOString() });
  return undefined;
}

/** Whose codes are looked at, when, and with what they are opened. */
export interface CodeAsking extends Pick<PresenceAsking, 'settings' | 'now'> {
  readonly tenantId: string;
  readonly userId: string;
}

function codeAskingOf({ identity, settings, now }: PresenceAsking): CodeAsking {
  return { tenantId: identity.tenantId, userId: identity.user.id, settings, now };
}

/** Takes a code of somebody's authenticator, or one of their recovery codes, so that it counts once; false for any other. */
export async function takeCode(tx: Tx, asking: CodeAsking, code: string): Promise<boolean> {
  if ((await checkTotp(tx, asking, code)) === undefined) return true;
  return (await checkRecoveryCode(tx, asking, code)) === undefined;
}

async function checkTotp(
  tx: Tx,
  { tenantId, userId, settings, now }: CodeAsking,
  code: string,
): Promise<Fault | undefined> {
  const place = { tenantId, userId };
  let fault: Fault = { rule: 'code' };
  for (const { id, sealed, lastStep } of await lockTotps(tx, userId)) {
    const step = stepOfCode(openTotp(settings, place, sealed), code, now);
    if (step === undefined) continue;
    if (lastStep === null || step > lastStep) {
      await noteTotpUse(tx, id, step, now.toISOString());
      return undefined;
    }
    fault = { rule: 'code-used' };
  }
  return fault;
}

async function checkRecoveryCode(
  tx: Tx,
  { userId, now }: CodeAsking,
  code: string,
): Promise<Fault | undefined> {
  const used = await useRecoveryCode(tx, userId, digestOfRecoveryCode(code), now.toISOString());
  return used ? undefined : { rule: 'code' };
}

/** In a transaction of its own, so that attempts at once wait for each other and each counts. */
async function requireAttempt({ db, identity, now }: PresenceAsking): Promise<void> {
  const { tenantId, user } = identity;
  const attempt = await db.forTenant(tenantId, (tx) => beginAttempt(tx, tenantId, user.id, now, delayAfter));
  if (attempt.allowed) return;
  throw new HoldfastError(
    'rate_limited',
    `Too many wrong proofs in a row. Nothing was looked at; try again after ${attempt.retryAt.toISOString()}.`,
    { retryAfterMs: attempt.retryAt.getTime() - now.getTime() },
  );
}

const SENTENCES: Readonly<Record<string, string>> = {
  challenge:
    'This is no open question of your session: it was answered before, or its five minutes are over. Begin anew.',
  credential: 'This passkey is not one of yours. Use one that you added under "My authenticators".',
  origin:
    'The passkey was asked by another page than this console. If you did not open it yourself, tell your administrator.',
  'relying-party':
    'The passkey answered for another site. If you did not ask it to, tell your administrator.',
  'user-verification':
    'The passkey did not check that it is you. Unlock it by its PIN, your finger or your face, and try again.',
  counter:
    'This passkey has been used less often than we know of: there may be a copy of it. Use another, remove this one, and tell your administrator.',
  code: 'This code is wrong. Codes of an authenticator change every 30 seconds; a recovery code works once.',
  'code-used': 'This code was used before. Wait for the next one.',
};

function refusal({ rule, why }: Fault): HoldfastError {
  const sentence = SENTENCES[rule] ?? 'The passkey gave no answer that can be checked. Try again.';
  return new HoldfastError('forbidden', `${sentence} (rule step-up/${rule})`, {
    ...(why === undefined ? {} : { detail: why }),
  });
}
