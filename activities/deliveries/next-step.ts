import type { Outcome } from '../../connectors/kit/outcome.ts';
import type { RemoteError } from '../../connectors/kit/remote-error.ts';

/** Between two attempts at one record: a second first, then twice as long each time, an hour at most. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 3_600_000;
/** A record that is refused for this long, and this often, waits for a person. A connection that is away is waited for without end. */
const GIVE_UP_MS = 3 * 24 * 3_600_000;
const GIVE_UP_ATTEMPTS = 10;
/** A peer that is away is tried at least this often. */
const LONGEST_PAUSE_MS = 10 * 60_000;

/** What decides about an attempt. */
export interface Attempted {
  readonly outcome: Outcome;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  readonly firstFailedAt: string | null;
  /** An earlier attempt may have taken effect. */
  readonly doubtful: boolean;
  /** What it last failed by was the same. */
  readonly alike: boolean;
  /** Records that were sent with it, itself included. */
  readonly together: number;
  readonly visibleAfterMs: number;
}

/** What becomes of the delivery. */
export interface NextStep {
  readonly state: 'done' | 'rejected' | 'dead' | 'queued';
  /** From now; 0 unless it is queued. */
  readonly waitMs: number;
  /** Nobody knows whether an attempt took effect. A doubt lasts until it is done: what is refused may have arrived before. */
  readonly doubtful: boolean;
  /**
   * It goes without others the next time: what a whole batch met may be the fault of one. A failure that may pass is tried
   * together once more, as most do, unless it is the same as the last time, or one too many; attempts that workers died in, or
   * that an outage ended, say nothing about one. What fails alone stays alone, so that it blocks no others.
   */
  readonly alone: boolean;
}

/** Decides by the outcome of one record. `random` is in [0, 1). Pure. */
export function nextStep(attempted: Attempted, now: Date, random: () => number): NextStep {
  const { outcome, attempt, together } = attempted;
  const over = { waitMs: 0, doubtful: false, alone: false };
  if (outcome.outcome === 'done') return { state: 'done', ...over };
  const { error } = outcome;
  const unknown = outcome.outcome === 'unknown';
  const doubtful = unknown || attempted.doubtful;
  // The gate of the connection waits, for all of them: the record keeps its place.
  if (error.scope === 'connection')
    return { state: 'queued', waitMs: unknown ? attempted.visibleAfterMs : 0, doubtful, alone: false };
  // What one of many may have caused is no verdict about each of them.
  const isVerdict = error.scope !== 'batch' || together === 1;
  if (error.class === 'held') return { state: 'rejected', ...over, doubtful };
  if ((error.retry === 'never' && isVerdict) || isGivenUp(attempted, now))
    return { state: 'dead', ...over, doubtful };
  const backOff = waitFor(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS, random);
  const maybeToBlame =
    error.retry === 'never' || together === 1 || attempted.alike || attempt >= GIVE_UP_ATTEMPTS;
  const alone = error.scope === 'batch' && maybeToBlame;
  const visible = unknown ? attempted.visibleAfterMs : 0;
  return { state: 'queued', waitMs: Math.max(backOff, visible, error.afterMs ?? 0), doubtful, alone };
}

function isGivenUp({ attempt, firstFailedAt }: Attempted, now: Date): boolean {
  const since = firstFailedAt === null ? 0 : now.getTime() - Date.parse(firstFailedAt);
  return attempt >= GIVE_UP_ATTEMPTS && since >= GIVE_UP_MS;
}

/** How long a connection is left alone after a failure of its own; `failures` in a row before this one. Pure. */
export function pauseAfter(error: RemoteError, failures: number, random: () => number): number {
  const asked = error.afterMs ?? 0;
  if (isAskedToWait(error)) return Math.max(asked, FIRST_WAIT_MS);
  return Math.max(asked, waitFor(failures + 1, FIRST_WAIT_MS, LONGEST_PAUSE_MS, random));
}

/** Whether a failure says "slower", and nothing about the health of the connection. */
export function isAskedToWait({ class: errorClass }: RemoteError): boolean {
  return errorClass === 'throttled' || errorClass === 'quota';
}

/** Doubles from `first` up to `longest`; by up to a half shorter, so that many do not come back together. */
function waitFor(attempt: number, first: number, longest: number, random: () => number): number {
  const full = Math.min(longest, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (1 - random() / 2));
}
