import type { Act } from './access.ts';

/** How old a proof of presence may be for an act that asks for one, in seconds. */
export const STEP_UP_SECONDS = 300;

/** The authentication context class (RFC 6711) of a session whose person proved their presence. */
export const PRESENCE_ACR = 'https://holdfast.example/acr/presence';

/**
 * Acts that cannot be undone, or that blind the product: whoever does them proves anew that they are at the keyboard.
 * Asking for a change that needs a second person is not among them; agreeing to it is, and so is asking for the release
 * of a hold, because it ends what kept evidence alive.
 */
export const STEP_UP_ACTS = [
  'recorder.drain', // new calls are not recorded
  'live.control', // a call is not recorded on
  'hold.release',
  'export.approve',
  'policy.approve', // what is kept, and for how long, comes into force
  'disposal.approve', // keys are destroyed
  'ledger.manage', // signing keys, and alarms of the log
] as const satisfies readonly Act[];

/** Within how many seconds an act wants a proof of presence; undefined where it wants none. Unknown acts want none. */
export function stepUpSecondsFor(act: string): number | undefined {
  return (STEP_UP_ACTS as readonly string[]).includes(act) ? STEP_UP_SECONDS : undefined;
}

/**
 * Whether a proof of presence counts: it was given, and not longer ago than the act wants, to the millisecond. A proof
 * from the future, of a machine whose clock is ahead, is a fresh one.
 */
export function isFreshProof(provenAtMs: number | null, nowMs: number, seconds: number): boolean {
  return provenAtMs !== null && nowMs - provenAtMs <= seconds * 1000;
}
