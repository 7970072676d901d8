import type { Database } from '../../recorder-core/records/database.ts';
import { useServiceCredential } from '../../recorder-core/records/service-credentials.ts';
import { readSessionById } from '../../recorder-core/records/sessions.ts';
import { personIdentity, type Identity } from './identity.ts';
import { machineIdentity } from './identify-machine.ts';

/**
 * Who somebody is now who was known before: with the role, groups and scope of this moment. Undefined where the session has ended
 * or the machine's token counts no more. For streams that last longer than one request.
 */
export async function identifyAgain(
  db: Database,
  {
    tenantId,
    sessionId,
    sessionDigest,
    kind,
  }: Pick<Identity, 'tenantId' | 'sessionId' | 'sessionDigest' | 'kind'>,
  now: Date,
): Promise<Identity | undefined> {
  const at = now.toISOString();
  return db.forTenant(tenantId, async (tx) => {
    if (kind === 'service') {
      const credential = await useServiceCredential(tx, { id: sessionId }, at);
      return credential && machineIdentity(tenantId, sessionDigest, credential);
    }
    const session = await readSessionById(tx, sessionId, at);
    return session && personIdentity(tenantId, sessionDigest, session);
  });
}
