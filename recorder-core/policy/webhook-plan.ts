/** When a webhook is tried again, and when its endpoint is left alone. Pure. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses before each attempt after the first: the plan of Standard Webhooks, three days and a quarter in all. */
const PAUSES_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

/** How far a pause is stretched at most, so that what failed together does not come back together. */
const JITTER = 0.1;
/** The longest that a Retry-After is believed. */
const LONGEST_WISH_MS = 24 * HOUR;
/** An endpoint that failed this often in a row is asked by one message at a time, with growing pauses. */
const FAILURES_IN_PEACE = 5;
const SHORTEST_REST_MS = 10 * SECOND;
const LONGEST_REST_MS = 30 * MINUTE;

/** An endpoint that took nothing for so long is disabled. */
export const GIVE_UP_MS = 120 * HOUR;

/** Attempts a message has in all. */
export const MOST_ATTEMPTS = PAUSES_MS.length + 1;

/** What the next step rests on. */
export interface FailedAttempt {
  /** Attempts that were made, this one included. */
  readonly attempts: number;
  readonly now: Date;
  /** Retry-After, in milliseconds. */
  readonly wishMs?: number | undefined;
  /** From 0 until below 1. */
  readonly random: number;
}

/** When a message is tried again; undefined behind the last attempt. Never before the other side wishes. */
export function nextAttemptAt({ attempts, now, wishMs = 0, random }: FailedAttempt): Date | undefined {
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) return undefined;
  const wished = Math.min(wishMs, LONGEST_WISH_MS);
  return new Date(now.getTime() + Math.max(pause * (1 + JITTER * random), wished));
}

/** What becomes of an endpoint after some messages in a row were not taken. */
export interface EndpointRest {
  /** Nothing is sent to it before; null where it need not rest. */
  readonly until: Date | null;
  /** It has taken nothing for too long. */
  readonly giveUp: boolean;
}

/** How an endpoint is treated after its last `failures` messages in a row were not taken. */
export function restAfter(failing: {
  readonly failures: number;
  readonly failingSince: Date;
  readonly now: Date;
  readonly wishMs?: number | undefined;
}): EndpointRest {
  const { failures, failingSince, now, wishMs = 0 } = failing;
  const doublings = Math.min(failures - FAILURES_IN_PEACE, 20);
  const rest = doublings < 0 ? 0 : Math.min(SHORTEST_REST_MS * 2 ** doublings, LONGEST_REST_MS);
  const ms = Math.max(rest, Math.min(wishMs, LONGEST_WISH_MS));
  return {
    until: ms === 0 ? null : new Date(now.getTime() + ms),
    giveUp: now.getTime() - failingSince.getTime() >= GIVE_UP_MS,
  };
}

/** Whether an endpoint is in doubt, so that one message has to show first that it takes any. */
export function isInDoubt(failures: number): boolean {
  return failures >= FAILURES_IN_PEACE;
}
