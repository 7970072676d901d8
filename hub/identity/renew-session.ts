import { randomBytes } from 'node:crypto';
import type { Tx } from '../../recorder-core/records/database.ts';
import { noteStepUp, replaceSecret } from '../../recorder-core/records/session-secrets.ts';
import { makeToken } from './bearer-token.ts';
import type { Identity } from './identity.ts';

/**
 * Notes a strong proof of presence at a session, and gives it another secret at once; answers the secret for its cookie. The
 * one before is good for requests under way for a minute, without the proof, and ends the session after that.
 */
export async function stepUpSession(
  tx: Tx,
  { tenantId, sessionId }: Pick<Identity, 'tenantId' | 'sessionId'>,
  proof: { readonly now: Date; readonly acr?: string | null; readonly amr?: readonly string[] },
): Promise<string> {
  const { now, ...how } = proof;
  const { text, digest } = makeToken(tenantId, randomBytes);
  await replaceSecret(tx, sessionId, digest, now.toISOString());
  await noteStepUp(tx, sessionId, { ...how, at: now.toISOString() });
  return text;
}
