import type { Act } from './access.ts';

/** How old a proof of presence may be for an act that asks for one, in seconds. */
export const STEP_UP_SECONDS = 300;

/** The authentication context class (RFC 6711) of a session whose person proved their presence. */
export const PRESENCE_ACR = 'https://holdfast.example/acr/presence';

/**
 * Acts that cannot be undone, or that blind the product: whoever does them proves anew that they are at the keyboard.
 * Asking for a change that needs a second person is not among them; agreeing to it is, and so is asking for the release
 * of a hold, because it ends what kept evidence alive. The shipped policies `step-up/<act>` are made of this list.
 */
export const STEP_UP_ACTS = [
  'recorder.drain', // new calls are not recorded
  'live.control', // a call is not recorded on
  'hold.release',
  'export.approve',
  'policy.approve', // what is kept, and for how long, comes into force
  'disposal.approve', // keys are destroyed
  'access-policy.publish', // who may do what
  'ledger.manage', // signing keys, and alarms of the log
  'authenticator.reset', // somebody's proofs
  'identity-provider.manage', // who may come in, and as what
  'grant.approve', // what somebody may not hear is heard
] as const satisfies readonly Act[];

/**
 * Whether a proof of presence counts: it was given, and not longer ago than the act wants, to the millisecond. A proof
 * from the future, of a machine whose clock is ahead, is a fresh one.
 */
export function isFreshProof(provenAtMs: number | null, nowMs: number, seconds: number): boolean {
  return provenAtMs !== null && nowMs - provenAtMs <= seconds * 1000;
}

/** So many wrong proofs in a row cost nothing: people mistype. */
const FREE_FAILURES = 3;
const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 15 * 60_000;

/**
 * How long a person waits after so many wrong proofs in a row, in milliseconds: twice as long each time, to a quarter of an
 * hour. That is at most 2,900 guesses in a month at codes of which three in a million are right: below one in a hundred.
 */
export function delayAfter(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - FREE_FAILURES, 20));
}
