import { createHash } from 'node:crypto';
import type { Credential } from '../../../connectors/kit/auth.ts';
import type { KeptSession, SessionKeep } from '../../../connectors/kit/context.ts';
import type { Http } from '../../../connectors/kit/http.ts';

/** How long a session waits for work. A connection that was paused or removed is signed out of by then. */
const IDLE_MS = 60_000;
/** So old a session is not used any more: a key that was taken away over there ends what it opened. */
const OLDEST_MS = 15 * 60_000;
/** For one sign-out; a session that cannot be ended ends by itself, over there. */
const SIGN_OUT_MS = 5_000;

/** The sessions of vendors' own clients that one connection keeps in this process, between its pieces of work. */
export interface ConnectionSessions {
  /**
   * What work under this configuration and credential (`mark`) may take and give. Sessions of any other are signed out,
   * those that are still at work as soon as they are given back. `way` is how a sign-out gets there once the work is over.
   */
  under(mark: string, way: (signal: AbortSignal) => Http): SessionKeep;
  /** Signs all of them out, also what is given back later. Never throws, and takes no longer than one sign-out may. */
  close(): Promise<void>;
}

interface Waiting {
  readonly session: KeptSession;
  readonly mark: string;
  readonly signOut: () => Promise<void>;
  readonly timer: NodeJS.Timeout;
}

/** Makes the sessions of one connection: none yet. */
export function createConnectionSessions(now: () => number, idleMs = IDLE_MS): ConnectionSessions {
  const waiting = new Set<Waiting>();
  const signOuts = createSignOuts();
  /** Undefined: closed, so that nothing given back is of it. */
  let current: string | undefined;
  // A clock that was put back makes no session young again.
  const isUsable = (mark: string, { since }: KeptSession): boolean =>
    mark === current && Math.abs(now() - since) < OLDEST_MS;
  const release = (one: Waiting): void => {
    clearTimeout(one.timer);
    waiting.delete(one);
  };
  const end = (one: Waiting): void => {
    release(one);
    signOuts.begin(one.signOut);
  };
  const endUnusable = (): void => {
    for (const one of waiting) if (!isUsable(one.mark, one.session)) end(one);
  };
  return {
    under(mark, way) {
      current = mark;
      endUnusable();
      return {
        take() {
          endUnusable();
          const newest = [...waiting].findLast((one) => one.mark === mark);
          if (newest !== undefined) release(newest);
          return newest?.session;
        },
        leave(signOutBy) {
          signOuts.begin(() => signOutBy(way(AbortSignal.timeout(SIGN_OUT_MS))));
        },
        give(session, signOutBy) {
          const signOut = () => signOutBy(way(AbortSignal.timeout(SIGN_OUT_MS)));
          if (!isUsable(mark, session)) return signOuts.begin(signOut);
          const timer = setTimeout(() => end(one), idleMs).unref();
          const one: Waiting = { session, mark, signOut, timer };
          waiting.add(one);
        },
      };
    },
    async close() {
      current = undefined;
      endUnusable();
      await signOuts.ended();
    },
  };
}

/** What is being signed out of. */
function createSignOuts(): { begin(signOut: () => Promise<void>): void; ended(): Promise<unknown> } {
  const underWay = new Set<Promise<void>>();
  return {
    begin(signOut) {
      const ended: Promise<void> = quietly(signOut).finally(() => underWay.delete(ended));
      underWay.add(ended);
    },
    ended: () => Promise.all(underWay),
  };
}

/** Also where `signOut` throws at once: a timer calls it, and nobody would hear that. */
async function quietly(signOut: () => Promise<void>): Promise<void> {
  try {
    await signOut();
  } catch {
    // The session ends by itself.
  }
}

/** Which configuration and credential a session was opened by; as secret as they are. */
export function sessionMark(credential: Credential, config: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([credential, config]))
    .digest('base64');
}
