import type { HeardNote } from './heard-note.ts';
import { NO_SIGNS, type SignsHeard } from './signs-in.ts';

/** Everything that a message says of whether and how its call may be recorded. */
export interface Heard {
  readonly notes: readonly HeardNote[];
  readonly signs: SignsHeard;
}

/** It says nothing of it. */
export const NOTHING_HEARD: Heard = { notes: [], signs: NO_SIGNS };
