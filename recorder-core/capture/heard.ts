import type { HeardNote } from './heard-note.ts';
import type { SignsHeard } from './signs-in.ts';

/** Everything that a message says of whether and how its call may be recorded. */
export interface Heard {
  readonly notes: readonly HeardNote[];
  readonly signs: SignsHeard;
}
