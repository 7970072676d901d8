import { decideAccess, type Act } from '../../recorder-core/policy/access.ts';
import { readSession } from '../../recorder-core/records/sessions.ts';
import type { Identity } from '../identity/sessions.ts';
import type { Services } from './services.ts';

/** How often it is asked whether somebody may still have what flows to them. */
const ASKED_EVERY_MS = 2_000;
/** A database that does not answer for so long ends it: nobody knows any more whether it is allowed. */
const PATIENCE_MS = 20_000;

/**
 * Asks again and again whether a session still stands and its role still allows an act, and calls `onEnd` the first time
 * that it does not: so a stream that began before somebody left ends within seconds. Answers what stops the asking.
 */
export function watchSession(
  services: Pick<Services, 'db' | 'now'>,
  { tenantId, sessionDigest }: Pick<Identity, 'tenantId' | 'sessionDigest'>,
  act: Act,
  onEnd: () => void,
): () => void {
  let heardAt = performance.now();
  let asking = false;
  const timer = setInterval(() => {
    if (performance.now() - heardAt > PATIENCE_MS) onEnd();
    if (!asking) void ask();
  }, ASKED_EVERY_MS);
  timer.unref();
  const ask = async (): Promise<void> => {
    asking = true;
    try {
      const session = await services.db.forTenant(tenantId, (tx) =>
        readSession(tx, sessionDigest, services.now().toISOString()),
      );
      heardAt = performance.now();
      if (session === undefined || !decideAccess({ role: session.user.role, act }).allowed) onEnd();
    } catch {
      // Asked again; in the end its patience is over.
    } finally {
      asking = false;
    }
  };
  return () => {
    clearInterval(timer);
  };
}
