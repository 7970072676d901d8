/** The budget of one connection in this process: takes small slices of what all workers share, and gives them out in order. */
import type { RateLimit } from '../../../connectors/kit/manifest.ts';
import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import type { BudgetStore, Quota, Reservation } from './budget-store.ts';
import { SLOT_MS } from './grant-budget.ts';
import type { ConnectionRef } from './token-store.ts';
import { unlessAborted } from './unless-aborted.ts';

/** How the budget reads and passes time; both are given, so that tests own the clock. */
export interface BudgetClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Whether the work is what just happened, or the catching up with the past, which must not slow that down. */
export type WorkLane = 'live' | 'backfill';

/** What a request asks of the budget. */
export interface Entry {
  readonly signal: AbortSignal;
  readonly lane: WorkLane;
  /** Requests that it counts as; more than the burst counts as the burst. */
  readonly cost: number;
  /** Set where a person tries whether the remote system is back. */
  readonly passBreaker: boolean;
}

/** The budget as the transport needs it. */
export interface ConnectionBudget {
  /**
   * Takes a request, waiting for it up to `MAX_WAIT_MS`; whoever got in calls the answer when the exchange is over.
   * Throws RemoteFailure with `afterMs` at once where the wait would be longer: `throttled`, or `transient` while the
   * breaker is open. Requests of a lane are served in the order they asked.
   */
  enter(entry: Entry): Promise<() => void>;
  /** Closes the budget for all workers for `ms` from now, as Retry-After asked. */
  pause(ms: number): Promise<void>;
  /** What is left of the remote system's own allowance. */
  noteQuota(quota: Quota): Promise<void>;
  /** Whether the remote system answered at all; what it answered does not matter. */
  report(answered: boolean): Promise<void>;
}

/** What a budget is made of. */
export interface BudgetOptions {
  readonly of: ConnectionRef;
  readonly limit: RateLimit;
  readonly store: BudgetStore;
  readonly clock: BudgetClock;
  /** This process, among those that share the budget. */
  readonly holder: string;
  /** Told how long each request waited. */
  readonly onWait?: (ms: number) => void;
}

/** Longer waits are the caller's: Temporal waits better than a worker does. */
export const MAX_WAIT_MS = 10_000;
/** What is left is shown to people: it need not be of this very moment. */
const QUOTA_EVERY_MS = 5000;
/** With nothing under way for so long a worker gives its slots back. */
const IDLE_MS = 1000;

/** Makes the budget of one connection. */
export function createConnectionBudget(options: BudgetOptions): ConnectionBudget {
  const pool = new Pool(options);
  const { of, store } = options;
  let notedAt = -QUOTA_EVERY_MS;
  const queues: Record<WorkLane, Promise<unknown>> = { live: Promise.resolve(), backfill: Promise.resolve() };
  return {
    enter(entry) {
      const askedAt = options.clock.now();
      const mine = queues[entry.lane].then(() => pool.enter(entry, askedAt));
      queues[entry.lane] = mine.catch(() => undefined);
      return unlessAborted(mine, entry.signal);
    },
    async pause(ms) {
      pool.empty();
      await store.pause(of, ms);
    },
    async noteQuota(quota) {
      const now = options.clock.now();
      if (quota.remaining > 0 && now < notedAt + QUOTA_EVERY_MS) return;
      notedAt = now;
      await store.noteQuota(of, quota);
    },
    async report(answered) {
      // Good news changes nothing unless there was bad news before.
      if (answered && !pool.troubled) return;
      const { state, failures } = await store.report(of, answered);
      pool.troubled = state !== 'closed' || failures > 0;
      if (state !== 'closed') pool.empty();
    },
  };
}

/** Requests that were taken from the common budget and not sent yet. */
class Pool {
  troubled = false;
  readonly #options: BudgetOptions;
  readonly #ready: Record<WorkLane, number[]> = { live: [], backfill: [] };
  #readyUntil = 0;
  /** How many requests are taken at a time: as many as were used lately. */
  #chunk = 1;
  #underWay = 0;
  #slots = 0;
  #slotsUntil = 0;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** Forgets what was taken: it may not be sent any more. */
  empty(): void {
    this.#ready.live = [];
    this.#ready.backfill = [];
  }

  async enter(asked: Entry, askedAt: number): Promise<() => void> {
    const { clock, onWait, limit } = this.#options;
    const entry = { ...asked, cost: Math.min(asked.cost, Math.max(1, Math.floor(limit.burst))) };
    const deadline = askedAt + MAX_WAIT_MS;
    entry.signal.throwIfAborted();
    while (!this.#holds(entry)) {
      const got = await this.#reserve(entry);
      if (!('refused' in got)) continue;
      if (got.refused === 'open') throw interrupted(got.waitMs);
      if (clock.now() + got.waitMs > deadline) throw throttled(got.waitMs);
      await clock.wait(got.waitMs, entry.signal);
    }
    const last = this.#ready[entry.lane].splice(0, entry.cost).at(-1) ?? 0;
    this.#underWay += 1;
    try {
      const waitMs = last - clock.now();
      if (waitMs > 0) await clock.wait(waitMs, entry.signal);
    } catch (error) {
      this.#leave();
      throw error;
    }
    onWait?.(Math.max(0, clock.now() - askedAt));
    let left = false;
    return () => {
      if (!left) this.#leave();
      left = true;
    };
  }

  #holds({ lane, cost }: Entry): boolean {
    const now = this.#options.clock.now();
    if (now >= this.#readyUntil) this.empty();
    const { concurrency } = this.#options.limit;
    const slotFree = concurrency === undefined || (this.#underWay < this.#slots && now < this.#slotsUntil);
    return slotFree && this.#ready[lane].length >= cost;
  }

  async #reserve({ lane, cost, passBreaker }: Entry): Promise<Reservation> {
    const { of, limit, store, clock, holder } = this.#options;
    const now = clock.now();
    // Used up within a slice: more next time, up to half a second's worth, so that other workers come to theirs.
    const most = Math.max(1, Math.ceil(limit.requestsPerSecond / 2));
    this.#chunk = now < this.#readyUntil ? Math.min(this.#chunk * 2, most) : 1;
    const missing = cost - this.#ready[lane].length;
    const slots = this.#underWay + 1;
    const requests = Math.max(missing, this.#chunk);
    const got = await store.reserve(of, limit, { holder, lane, requests, slots, passBreaker });
    if ('refused' in got) return got;
    this.troubled ||= got.troubled;
    const at = clock.now();
    if (at >= this.#readyUntil) this.empty();
    this.#ready[lane].push(...got.waits.map((wait) => at + wait));
    // By the store's clock: where a window ends must not hang on how right the clock of a worker is.
    this.#readyUntil = at + got.usableMs;
    this.#slots = got.slots;
    // A slot must outlast the exchange that begins in it.
    this.#slotsUntil = at + SLOT_MS / 4;
    if (got.slots <= this.#underWay && limit.concurrency !== undefined)
      return { refused: 'rate', waitMs: 50 };
    return got;
  }

  #leave(): void {
    this.#underWay -= 1;
    const { limit, of, store, holder } = this.#options;
    if (limit.concurrency === undefined || this.#underWay > 0) return;
    const timer = setTimeout(() => {
      if (this.#underWay > 0) return;
      this.#slots = 0;
      // What is not given back now ends by itself.
      void store.leave(of, holder).catch(() => undefined);
    }, IDLE_MS);
    timer.unref();
  }
}

function throttled(waitMs: number): RemoteFailure {
  return new RemoteFailure(
    remoteError('throttled', 'The rate allowed for this connection is used up; nothing was sent.', {
      scope: 'connection',
      afterMs: Math.ceil(waitMs),
    }),
  );
}

function interrupted(waitMs: number): RemoteFailure {
  return new RemoteFailure(
    remoteError('transient', 'The remote system has not answered lately; nothing was sent until it does.', {
      scope: 'connection',
      afterMs: Math.ceil(waitMs),
    }),
  );
}
