import type { Database } from '../../recorder-core/records/database.ts';
import { readStandingSessions } from '../../recorder-core/records/standing-sessions.ts';
import { inTime } from './in-time.ts';

/** Of what is told of in between, the last look finds it: a lost word must not keep a session alive. */
const LOOK_EVERY_MS = 10_000;
/** The words of one moment are one look. */
const TOGETHER_MS = 100;
/** A database that does not answer for so long ends what is open: nobody knows any more whether it is allowed. */
const PATIENCE_MS = 5_000;

/** A session whose end ends something else. */
export interface WatchedSession {
  readonly sessionId: string;
  readonly role: string;
  readonly groups: readonly string[];
  /** Its end, or another role or group of its person; told once. */
  readonly onEnd: () => void;
}

interface Watch {
  readonly watched: Set<WatchedSession>;
  timer: NodeJS.Timeout | undefined;
  dueAt: number;
  heardAt: number;
  looking: boolean;
}

export interface SessionWatchOptions {
  readonly db: Database;
  readonly now: () => Date;
}

/**
 * Knows when sessions end, for many at once: one question a tenant, asked when the database tells of a change of sessions or
 * people, at the moment when the next session ends by itself, and every ten seconds.
 */
export class SessionWatch {
  readonly #options: SessionWatchOptions;
  readonly #tenants = new Map<string, Watch>();

  constructor(options: SessionWatchOptions) {
    this.#options = options;
  }

  /** Begins to watch, with a look at once; answers what ends it. */
  watch(tenantId: string, session: WatchedSession): () => void {
    const watch = this.#tenants.get(tenantId) ?? {
      watched: new Set(),
      timer: undefined,
      dueAt: Infinity,
      heardAt: performance.now(),
      looking: false,
    };
    this.#tenants.set(tenantId, watch);
    watch.watched.add(session);
    this.#lookIn(tenantId, watch, 0);
    return () => {
      watch.watched.delete(session);
      if (watch.watched.size > 0) return;
      clearTimeout(watch.timer);
      if (this.#tenants.get(tenantId) === watch) this.#tenants.delete(tenantId);
    };
  }

  /** To be called when sessions or people of a tenant may have changed. */
  nudge(tenantId: string): void {
    const watch = this.#tenants.get(tenantId);
    if (watch !== undefined) this.#lookIn(tenantId, watch, TOGETHER_MS);
  }

  /** A look that is due sooner stays. */
  #lookIn(tenantId: string, watch: Watch, ms: number): void {
    const dueAt = performance.now() + ms;
    if (dueAt >= watch.dueAt) return;
    clearTimeout(watch.timer);
    watch.dueAt = dueAt;
    watch.timer = setTimeout(() => void this.#look(tenantId, watch), ms).unref();
  }

  async #look(tenantId: string, watch: Watch): Promise<void> {
    watch.dueAt = Infinity;
    if (watch.looking) {
      this.#lookIn(tenantId, watch, TOGETHER_MS);
      return;
    }
    watch.looking = true;
    const now = this.#options.now();
    const asked = [...watch.watched];
    const nextMs = await this.#ask(tenantId, watch, asked, now).catch(() => {
      if (performance.now() - watch.heardAt > PATIENCE_MS) end(watch, asked);
      return PATIENCE_MS / 5;
    });
    watch.looking = false;
    if (watch.watched.size > 0) this.#lookIn(tenantId, watch, nextMs);
  }

  /** Ends what is over; answers in how many milliseconds the next one ends by itself. */
  async #ask(tenantId: string, watch: Watch, asked: readonly WatchedSession[], now: Date): Promise<number> {
    const ids = asked.map(({ sessionId }) => sessionId);
    const reading = this.#options.db.forTenant(tenantId, (tx) =>
      readStandingSessions(tx, ids, now.toISOString()),
    );
    const found = await inTime(reading, PATIENCE_MS);
    watch.heardAt = performance.now();
    const standing = new Map(found.map((session) => [session.id, session]));
    end(
      watch,
      asked.filter(({ sessionId, role, groups }) => {
        const session = standing.get(sessionId);
        return (
          session === undefined || session.role !== role || session.groups.join('\n') !== groups.join('\n')
        );
      }),
    );
    const ends = found.map(({ endsAt }) => endsAt.getTime() - now.getTime() + 1);
    return Math.min(LOOK_EVERY_MS, ...ends.map((ms) => Math.max(ms, TOGETHER_MS)));
  }
}

function end({ watched }: Watch, sessions: readonly WatchedSession[]): void {
  for (const session of sessions) if (watched.delete(session)) session.onEnd();
}
