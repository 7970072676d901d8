/** How much of a connection's budget a worker may use in the next moment. Pure: counters in, counters out. */
import type { RateLimit, RateWindow } from '../../../connectors/kit/manifest.ts';

/** What has been given away. Plain JSON, times in milliseconds since the epoch. */
export interface BudgetCounters {
  /** When the bucket of each lane would be full again: the generic cell rate algorithm's one number. */
  readonly fullAt?: Readonly<Record<string, number>>;
  /** By window: what was given away in each of its parts, `[part, requests, of these back-fill]`. */
  readonly windows?: Readonly<Record<string, readonly (readonly [number, number, number])[]>>;
  /** Who sends now: how many requests at once, until when at most. */
  readonly holders?: Readonly<Record<string, { readonly slots: number; readonly until: number }>>;
}

/** What a worker asks for. */
export interface BudgetAsk {
  readonly now: number;
  /** The worker. */
  readonly holder: string;
  readonly lane: 'live' | 'backfill';
  readonly requests: number;
  /** Requests that it wants to have under way at once, those included that it has. */
  readonly slots: number;
}

/** What it gets. */
export interface BudgetGrant {
  readonly counters: BudgetCounters;
  /** For each request that may be sent: after how many milliseconds. Empty where all must wait. */
  readonly waits: readonly number[];
  /** Where all must wait: how long at least. */
  readonly waitMs: number;
  /** Requests that the worker may have under way at once. */
  readonly slots: number;
}

/** Requests are given away for this long ahead; what is not used by then is lost. */
const SLICE_MS = 1000;
/** A worker that dies keeps its slots this long: longer than any exchange. */
export const SLOT_MS = 45_000;
/** Moving windows are counted in so many parts. */
const PARTS = 20;
const BACKFILL_SHARE = 0.5;

/** Gives away what the limits allow. Over every window of time no more is given away than they say. */
export function grantBudget(limit: RateLimit, before: BudgetCounters, ask: BudgetAsk): BudgetGrant {
  const slots = grantSlots(limit, before, ask);
  if (limit.concurrency !== undefined && slots.mine === 0)
    return { counters: { ...before, holders: slots.holders }, waits: [], waitMs: 100, slots: 0 };
  const lanes = lanesOf(limit, ask.lane);
  const rate = lanes.map((lane) => rateOf(lane, before, ask));
  const windows = (limit.windows ?? []).map((window) => roomIn(window, limit, before, ask));
  const room = Math.max(0, Math.min(ask.requests, ...windows.map(({ left }) => left)));
  const waits = (rate[0] ?? []).slice(0, room).map((wait, index) => {
    return Math.max(wait, ...rate.slice(1).map((other) => other[index] ?? Infinity));
  });
  const endsIn = usableUntil(limit, ask.now) - ask.now;
  const given = waits.filter((wait) => wait <= SLICE_MS && wait < endsIn);
  const waitMs = room === 0 ? Math.max(...windows.map(({ waitMs: wait }) => wait)) : (waits[0] ?? 0);
  const counters = spend(limit, { ...before, holders: slots.holders }, ask, given.length);
  return { counters, waits: given, waitMs: given.length === 0 ? waitMs : 0, slots: slots.mine };
}

/** Until when what is given away now may be sent: what is sent in the next fixed window would be one too many there. */
export function usableUntil({ windows = [] }: RateLimit, now: number): number {
  const fixed = windows.filter(({ kind }) => kind === 'fixed');
  return Math.min(now + 2 * SLICE_MS, ...fixed.map((window) => leavesAt(window, currentPart(window, now))));
}

interface Lane {
  readonly name: string;
  readonly spacingMs: number;
  readonly burst: number;
}

/** Back-fill is bound by the whole rate and by its share of it. */
function lanesOf(limit: RateLimit, lane: BudgetAsk['lane']): Lane[] {
  const all = { name: 'all', spacingMs: 1000 / limit.requestsPerSecond, burst: limit.burst };
  if (lane === 'live') return [all];
  const share = shareOf(limit);
  const burst = Math.max(1, Math.floor(limit.burst * share));
  return [all, { name: 'backfill', spacingMs: all.spacingMs / share, burst }];
}

function shareOf({ backfillShare }: RateLimit): number {
  return backfillShare ?? BACKFILL_SHARE;
}

/** The wait of each of the next requests by one bucket. */
function rateOf({ name, spacingMs, burst }: Lane, { fullAt }: BudgetCounters, ask: BudgetAsk): number[] {
  const from = Math.max(fullAt?.[name] ?? 0, ask.now);
  return Array.from({ length: ask.requests }, (_none, index) =>
    Math.max(0, from + (index + 1 - burst) * spacingMs - ask.now),
  );
}

/** What is left in a window, and where nothing is, how long until something is. */
function roomIn(
  window: RateWindow,
  limit: RateLimit,
  { windows }: BudgetCounters,
  { now, lane }: BudgetAsk,
): { readonly left: number; readonly waitMs: number } {
  const parts = (windows?.[keyOf(window)] ?? []).filter(([part]) => part > oldestPart(window, now));
  const used = (of: typeof parts, column: 1 | 2): number => of.reduce((sum, part) => sum + part[column], 0);
  const backfill = Math.floor(window.requests * shareOf(limit));
  const leftOf = (of: typeof parts): number => {
    const all = window.requests - used(of, 1);
    return lane === 'live' ? all : Math.min(all, backfill - used(of, 2));
  };
  const left = leftOf(parts);
  if (left > 0) return { left, waitMs: 0 };
  // The parts leave one after the other, the oldest first; the first whose leaving makes room ends the wait.
  const leaving = parts.findIndex((_part, index) => leftOf(parts.slice(index + 1)) > 0);
  const [part = currentPart(window, now)] = parts[leaving] ?? [];
  return { left: 0, waitMs: Math.max(1, Math.ceil(leavesAt(window, part) - now)) };
}

function spend(limit: RateLimit, before: BudgetCounters, ask: BudgetAsk, given: number): BudgetCounters {
  if (given === 0) return before;
  const fullAt: Record<string, number> = { ...before.fullAt };
  for (const { name, spacingMs } of lanesOf(limit, ask.lane))
    fullAt[name] = Math.max(fullAt[name] ?? 0, ask.now) + given * spacingMs;
  const windows: Record<string, readonly (readonly [number, number, number])[]> = {};
  for (const window of limit.windows ?? []) {
    const now = currentPart(window, ask.now);
    const parts = (before.windows?.[keyOf(window)] ?? []).filter(
      ([part]) => part > oldestPart(window, ask.now),
    );
    const [, all, back] = parts.find(([part]) => part === now) ?? [now, 0, 0];
    const next = [now, all + given, back + (ask.lane === 'backfill' ? given : 0)] as const;
    windows[keyOf(window)] = [...parts.filter(([part]) => part !== now), next];
  }
  return { ...before, fullAt, windows };
}

function grantSlots(
  { concurrency }: RateLimit,
  { holders = {} }: BudgetCounters,
  { now, holder, slots }: BudgetAsk,
): { readonly mine: number; readonly holders: NonNullable<BudgetCounters['holders']> } {
  if (concurrency === undefined) return { mine: slots, holders: {} };
  const others = Object.entries(holders).filter(([name, { until }]) => name !== holder && until > now);
  const taken = others.reduce((sum, [, held]) => sum + held.slots, 0);
  // With others at work nobody takes more than an even share, so that slots come free for who has none.
  const even = Math.max(1, Math.floor(concurrency / (others.length + 1)));
  const mine = Math.max(0, Math.min(slots, concurrency - taken, others.length === 0 ? concurrency : even));
  const own =
    slots === 0 ? [] : [[holder, { slots: mine, until: now + (mine === 0 ? 5000 : SLOT_MS) }] as const];
  return { mine, holders: Object.fromEntries([...others, ...own]) };
}

function keyOf({ perSeconds, requests, kind }: RateWindow): string {
  return `${kind}/${perSeconds}/${requests}`;
}

function partMs({ perSeconds, kind }: RateWindow): number {
  return kind === 'fixed' ? perSeconds * 1000 : (perSeconds * 1000) / PARTS;
}

function currentPart(window: RateWindow, now: number): number {
  return Math.floor(now / partMs(window));
}

/** The newest part that counts no longer. What was given away is used a slice later at most, so a slice more counts. */
function oldestPart(window: RateWindow, now: number): number {
  if (window.kind === 'fixed') return currentPart(window, now) - 1;
  return currentPart(window, now) - PARTS - Math.ceil(SLICE_MS / partMs(window)) - 1;
}

/** When a part counts no longer. */
function leavesAt(window: RateWindow, part: number): number {
  if (window.kind === 'fixed') return (part + 1) * partMs(window);
  return (part + PARTS + Math.ceil(SLICE_MS / partMs(window)) + 1) * partMs(window);
}
