/** Where budget and breaker of connections are kept, so that all workers share them. */
import type { RateLimit } from '../../../connectors/kit/manifest.ts';
import { admit, CLOSED, settle, type Breaker } from './breaker.ts';
import { grantBudget, usableUntil, type BudgetAsk, type BudgetCounters } from './grant-budget.ts';
import type { ConnectionRef } from './token-store.ts';

/** The remote system's own allowance, as its answers tell it. */
export interface Quota {
  readonly limit: number | null;
  readonly remaining: number;
}

/** Everything that is shared about how a connection is used. */
export interface Traffic {
  readonly counters: BudgetCounters;
  /** The remote system asked to wait. */
  readonly closedUntil: number | null;
  readonly breaker: Breaker;
}

/** What a worker asks for; `passBreaker` where a person tries whether the remote system is back. */
export interface TrafficAsk extends Omit<BudgetAsk, 'now'> {
  readonly passBreaker: boolean;
}

/** What it gets: requests to send, or how long to wait and why. */
export type Reservation =
  | {
      readonly waits: readonly number[];
      readonly slots: number;
      /** For how long from now they may be sent, in milliseconds by the clock of the store. */
      readonly usableMs: number;
      /** Something went wrong lately: the next answer is worth reporting. */
      readonly troubled: boolean;
    }
  | { readonly refused: 'rate' | 'closed' | 'open'; readonly waitMs: number };

/** The port. A store that cannot be reached throws; nothing is sent then. */
export interface BudgetStore {
  reserve(of: ConnectionRef, limit: RateLimit, ask: TrafficAsk): Promise<Reservation>;
  /** Gives back all slots of a worker. */
  leave(of: ConnectionRef, holder: string): Promise<void>;
  /** Nothing is sent for `ms` from now; a longer wait stays. */
  pause(of: ConnectionRef, ms: number): Promise<void>;
  noteQuota(of: ConnectionRef, quota: Quota): Promise<void>;
  /** Tells whether the remote system answered; gives the breaker as it is then. */
  report(of: ConnectionRef, answered: boolean): Promise<Breaker>;
}

/** Nothing was used and nothing went wrong. */
export const NO_TRAFFIC: Traffic = { counters: {}, closedUntil: null, breaker: CLOSED };

/** The one decision, by whichever store: what a worker gets, and the traffic after it. Pure. */
export function reserveFrom(
  before: Traffic,
  limit: RateLimit,
  ask: TrafficAsk,
  now: number,
): { readonly traffic: Traffic; readonly reservation: Reservation } {
  const closedMs = (before.closedUntil ?? 0) - now;
  if (closedMs > 0) return { traffic: before, reservation: { refused: 'closed', waitMs: closedMs } };
  const { breaker, waitMs, probe } = ask.passBreaker
    ? { breaker: before.breaker, waitMs: 0, probe: false }
    : admit(before.breaker, now);
  if (waitMs > 0) return { traffic: before, reservation: { refused: 'open', waitMs } };
  const requests = probe ? 1 : ask.requests;
  const grant = grantBudget(limit, before.counters, { ...ask, requests, now });
  const { counters, waits, slots } = grant;
  if (waits.length === 0)
    return {
      traffic: { ...before, counters },
      reservation: { refused: 'rate', waitMs: Math.max(1, grant.waitMs) },
    };
  const troubled = breaker.state !== 'closed' || breaker.failures > 0;
  return {
    traffic: { ...before, counters, breaker },
    reservation: { waits, slots, usableMs: usableUntil(limit, now) - now, troubled },
  };
}

/** Budgets that live as long as the process, for one worker alone. */
export function createMemoryBudgetStore(now: () => number): BudgetStore {
  const kept = new Map<string, Traffic>();
  const keyOf = ({ tenantId, connectionId }: ConnectionRef): string => `${tenantId}/${connectionId}`;
  const change = (of: ConnectionRef, to: (before: Traffic) => Traffic): Traffic => {
    const next = to(kept.get(keyOf(of)) ?? NO_TRAFFIC);
    kept.set(keyOf(of), next);
    return next;
  };
  return {
    reserve(of, limit, ask) {
      const { traffic, reservation } = reserveFrom(kept.get(keyOf(of)) ?? NO_TRAFFIC, limit, ask, now());
      kept.set(keyOf(of), traffic);
      return Promise.resolve(reservation);
    },
    leave(of, holder) {
      change(of, (before) => ({ ...before, counters: withoutHolder(before.counters, holder) }));
      return Promise.resolve();
    },
    pause(of, ms) {
      change(of, (before) => ({
        ...before,
        closedUntil: Math.max(before.closedUntil ?? 0, now() + ms),
      }));
      return Promise.resolve();
    },
    noteQuota: () => Promise.resolve(),
    report: (of, answered) =>
      Promise.resolve(
        change(of, (before) => ({ ...before, breaker: settle(before.breaker, answered, now()) })).breaker,
      ),
  };
}

/** The counters without the slots of one worker. */
export function withoutHolder(counters: BudgetCounters, holder: string): BudgetCounters {
  const others = Object.entries(counters.holders ?? {}).filter(([name]) => name !== holder);
  return { ...counters, holders: Object.fromEntries(others) };
}
