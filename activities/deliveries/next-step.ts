import type { Outcome } from '../../connectors/kit/outcome.ts';
import type { RemoteError } from '../../connectors/kit/remote-error.ts';
import type { ClaimedDelivery } from '../../recorder-core/records/deliveries.ts';

/** Between two attempts at one record: a second first, then twice as long each time, an hour at most. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 3_600_000;
/** A record that is refused for this long, and this often, waits for a person. A connection that is away is waited for without end. */
const GIVE_UP_MS = 3 * 24 * 3_600_000;
const GIVE_UP_FAULTS = 10;
/** A peer that is away is tried at least this often. */
const LONGEST_PAUSE_MS = 10 * 60_000;
/** What failed together goes in so many parts. */
const PARTS = 2;

/** What decides about an attempt. */
export interface Attempted {
  readonly outcome: Outcome;
  readonly delivery: Pick<ClaimedDelivery, 'attempt' | 'firstFailedAt' | 'doubtful' | 'most' | 'faults'>;
  /** The failure is that of the record itself (`blame.ts`). */
  readonly own: boolean;
  /** The work was stopped: what failed by that says nothing about anything. */
  readonly stopped: boolean;
  /** Deliveries of one call that met a failure of more than their record, this one included. */
  readonly together: number;
  readonly visibleAfterMs: number;
  /** For how long the connection is left alone. */
  readonly pauseMs: number;
}

/** What becomes of the delivery. */
export interface NextStep {
  readonly state: 'done' | 'rejected' | 'dead' | 'queued';
  /** From now; 0 unless it is queued. */
  readonly waitMs: number;
  /** Nobody knows whether an attempt took effect. A doubt lasts until it is done: what is refused may have arrived before. */
  readonly doubtful: boolean;
  /**
   * How many it is sent with the next time; null where as many as there are. What met many may be the fault of one: they go in
   * ever smaller parts, however their failures alternate, until that one is alone. A part grows no more, so each call that a
   * record spoils carries fewer than the one before.
   */
  readonly most: number | null;
  /** Failures that were its own. */
  readonly faults: number;
  /** Its part may be sent at once, in smaller ones. */
  readonly cut: boolean;
}

/** Decides by the outcome of one record. `random` is in [0, 1). Pure. */
export function nextStep(attempted: Attempted, now: Date, random: () => number): NextStep {
  const { outcome, delivery, own, stopped, together, visibleAfterMs, pauseMs } = attempted;
  if (outcome.outcome === 'done')
    return { state: 'done', waitMs: 0, doubtful: false, most: null, faults: 0, cut: false };
  const { error } = outcome;
  const unknown = outcome.outcome === 'unknown';
  const visibleMs = unknown ? visibleAfterMs : 0;
  const faults = delivery.faults + (own ? 1 : 0);
  const kept = { doubtful: unknown || delivery.doubtful, faults, cut: false };
  // Who says how long to wait takes no offence at what is sent: smaller parts would only be more requests.
  const splits = error.scope !== 'record' && !stopped && !saysHowLong(error);
  const most = splits ? smaller(delivery.most, together) : delivery.most;
  if (error.class === 'held') return { state: 'rejected', waitMs: 0, most, ...kept };
  if (own && isGivenUp(error, faults, delivery.firstFailedAt, now))
    return { state: 'dead', waitMs: 0, most, ...kept };
  const queued = { state: 'queued' as const, most, ...kept };
  // The gate of the connection waits, for all of them; whoever came meanwhile goes first, so that another one tries it.
  if (error.scope === 'connection' && !own) return { ...queued, waitMs: Math.max(pauseMs, visibleMs) };
  const backOff = waitFor(own ? faults : delivery.attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS, random);
  const least = Math.max(visibleMs, error.afterMs ?? 0);
  return { ...queued, waitMs: Math.max(backOff, least), cut: !own && least === 0 };
}

/** Part of what failed together, never more than before. */
function smaller(most: number | null, together: number): number {
  return Math.max(1, Math.min(most ?? Infinity, Math.ceil(together / PARTS)));
}

/** What says that the connection failed is no verdict about a record but after many times. */
function isGivenUp(error: RemoteError, faults: number, firstFailedAt: string | null, now: Date): boolean {
  const isVerdict = error.scope !== 'connection' || faults >= GIVE_UP_FAULTS;
  if (error.retry === 'never' && isVerdict) return true;
  const since = firstFailedAt === null ? 0 : now.getTime() - Date.parse(firstFailedAt);
  return faults >= GIVE_UP_FAULTS && since >= GIVE_UP_MS;
}

/** How long a connection is left alone after a failure of its own; `failures` in a row before this one. Pure. */
export function pauseAfter(error: RemoteError, failures: number, random: () => number): number {
  const asked = error.afterMs ?? 0;
  if (saysHowLong(error)) return Math.max(asked, FIRST_WAIT_MS);
  return Math.max(asked, waitFor(failures + 1, FIRST_WAIT_MS, LONGEST_PAUSE_MS, random));
}

/** Whether a failure says "slower", and nothing about the health of the connection. */
export function isAskedToWait({ class: errorClass }: RemoteError): boolean {
  return errorClass === 'throttled' || errorClass === 'quota';
}

/** Whether it says "slower" and for how long; where it does not say that, waits grow as after any failure. */
export function saysHowLong(error: RemoteError): boolean {
  return isAskedToWait(error) && error.afterMs !== undefined;
}

/** Doubles from `first` up to `longest`; by up to a half shorter, so that many do not come back together. Pure. */
export function waitFor(attempt: number, first: number, longest: number, random: () => number): number {
  const full = Math.min(longest, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (1 - random() / 2));
}
