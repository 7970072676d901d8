import { randomBytes } from 'node:crypto';
import type { Tx } from '../../recorder-core/records/database.ts';
import { noteStepUp, replaceSecret } from '../../recorder-core/records/session-secrets.ts';
import { makeToken } from './bearer-token.ts';
import type { Identity } from './identity.ts';

type Renewed = Pick<Identity, 'tenantId' | 'sessionId'>;

/**
 * Gives a session another secret at once; answers the one for its cookie. The one before is good for requests under way for a
 * minute, and ends the session after that.
 */
export async function renewSecret(tx: Tx, { tenantId, sessionId }: Renewed, now: Date): Promise<string> {
  const { text, digest } = makeToken(tenantId, randomBytes);
  await replaceSecret(tx, sessionId, digest, now.toISOString());
  return text;
}

/**
 * Notes a strong proof of presence at a session, and gives it another secret, which is answered. Requests under way with the one
 * before have nothing of the proof.
 */
export async function stepUpSession(
  tx: Tx,
  session: Renewed,
  proof: { readonly now: Date; readonly acr?: string | null; readonly amr?: readonly string[] },
): Promise<string> {
  const { now, ...how } = proof;
  const secret = await renewSecret(tx, session, now);
  await noteStepUp(tx, session.sessionId, { ...how, at: now.toISOString() });
  return secret;
}
