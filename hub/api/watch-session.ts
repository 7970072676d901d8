import type { Act } from '../../recorder-core/policy/access.ts';
import { decideFor } from '../identity/decide-for.ts';
import { identifyAgain } from '../identity/identify-again.ts';
import type { Identity } from '../identity/identity.ts';
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
  identity: Identity,
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
      const still = await identifyAgain(services.db, identity, services.now());
      heardAt = performance.now();
      if (still === undefined || !decideFor(still, act).allowed) onEnd();
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
