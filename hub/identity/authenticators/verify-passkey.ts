import {
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Passkey } from '../../../recorder-core/records/authenticators.ts';
import type { RelyingParty } from './proof-settings.ts';

/** ES256, EdDSA and RS256 (RFC 9053; RFC 8812), in the order in which a new passkey is asked for. */
export const ALGORITHMS = [-7, -8, -257];

/** Why an answer of a passkey is refused; the second half of the rule in the ledger. */
export type PasskeyFault =
  'challenge' | 'origin' | 'relying-party' | 'user-verification' | 'signature' | 'counter' | 'form';

/** What an answer of a passkey came to. `why` is for the operator's log. */
export type Verified<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: PasskeyFault; readonly why: string };

/** A new passkey as its authenticator told of it. */
export interface NewPasskey {
  readonly credentialId: Buffer;
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly aaguid: string;
  readonly backedUp: boolean;
}

/**
 * Checks the answer of a passkey to a challenge (WebAuthn level 3, section 7.2): the page, the domain, the challenge, that the
 * person was verified, the signature, and that the counter went up, where the authenticator keeps one. A counter is looked at
 * after the signature, so that only who has the key can say that it went back.
 */
export async function verifyAssertion(
  response: AuthenticationResponseJSON,
  challenge: Buffer,
  { publicKey, credentialId, counter }: Pick<Passkey, 'publicKey' | 'credentialId' | 'counter'>,
  party: RelyingParty,
): Promise<Verified<{ readonly counter: number; readonly backedUp: boolean }>> {
  const fault = faultOfClient(response.response.clientDataJSON, challenge, party);
  if (fault !== undefined) return fault;
  try {
    const { verified, authenticationInfo: told } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      credential: {
        id: credentialId.toString('base64url'),
        publicKey: new Uint8Array(publicKey),
        counter: 0,
      },
      requireUserVerification: true,
    });
    if (!verified) return refused('signature', 'the signature is of another key or other data');
    const { newCounter } = told;
    if ((newCounter > 0 || counter > 0) && newCounter <= counter)
      return refused('counter', `the counter went from ${counter} to ${newCounter}`);
    return { ok: true, value: { counter: newCounter, backedUp: told.credentialBackedUp } };
  } catch (error) {
    return refusedBy(error);
  }
}

/** Checks what a new passkey tells (section 7.1). Its make is not asked for, so its attestation proves nothing and is not kept. */
export async function verifyRegistration(
  response: RegistrationResponseJSON,
  challenge: Buffer,
  party: RelyingParty,
): Promise<Verified<NewPasskey>> {
  const fault = faultOfClient(response.response.clientDataJSON, challenge, party);
  if (fault !== undefined) return fault;
  try {
    const { verified, registrationInfo: told } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return refused('signature', 'the attestation is not good');
    const { credential, aaguid, credentialBackedUp } = told;
    return {
      ok: true,
      value: {
        credentialId: Buffer.from(credential.id, 'base64url'),
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        aaguid,
        backedUp: credentialBackedUp,
      },
    };
  } catch (error) {
    return refusedBy(error);
  }
}

/** What the browser says of itself is looked at first, so that a refusal can name what is wrong. */
function faultOfClient(
  clientData: string,
  challenge: Buffer,
  { origins }: RelyingParty,
): (Verified<never> & { ok: false }) | undefined {
  const said = parseJson(Buffer.from(clientData, 'base64url').toString('utf8'));
  if (said === undefined) return refused('form', 'the client data is no JSON object');
  if (said['challenge'] !== challenge.toString('base64url')) return refused('challenge', 'another challenge');
  if (!origins.includes(String(said['origin']))) return refused('origin', 'another page');
  // Our pages are never framed by others, so neither is a question of ours.
  if (said['crossOrigin'] === true) return refused('origin', 'a page inside another');
  return undefined;
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The library throws for each check that fails, with a sentence for developers. */
function refusedBy(error: unknown): Verified<never> & { ok: false } {
  const why = error instanceof Error ? error.message : 'unknown';
  if (/RP ID/i.test(why)) return refused('relying-party', why);
  if (/user verification|user not present|not be verified/i.test(why))
    return refused('user-verification', why);
  return refused('form', why);
}

function refused(fault: PasskeyFault, why: string): Verified<never> & { ok: false } {
  return { ok: false, fault, why };
}
