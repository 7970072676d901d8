/** Whether the installation's own times fit those from outside, and never run backwards. */
import { refused } from '../refused.ts';
import type { ProvenLeaf } from './leaves.ts';
import { CLOCK_TOLERANCE_MS, type DatedPoint } from './time.ts';

const MINUTES = CLOCK_TOLERANCE_MS / 60_000;

/** Takes entries by index, ascending, and walks along the checkpoints with them. */
export class Clock {
  readonly #above: DatedPoint[];
  #before: Date | undefined;
  #latest = 0;
  #unbounded = 0;

  constructor(points: readonly DatedPoint[]) {
    this.#above = points.filter(({ existedBy }) => existedBy !== undefined);
  }

  /** How many entries no time from outside bounds from below. */
  get unbounded(): number {
    return this.#unbounded;
  }

  /** @throws integrity_failed where the clock must have been set wrong. */
  add({ index, leaf }: ProvenLeaf): void {
    while ((this.#above[0]?.size ?? Infinity) <= index) this.#before = this.#above.shift()?.seenFirst;
    const at = Date.parse(leaf.at);
    const existed = this.#above[0]?.existedBy;
    if (existed !== undefined && at > existed.getTime() + CLOCK_TOLERANCE_MS)
      throw refused(
        `Entry ${index} bears the time ${leaf.at}, and stood in the log at ${existed.toISOString()}: the clock of the installation was ahead by more than ${MINUTES} minutes.`,
      );
    if (this.#before === undefined) this.#unbounded += 1;
    else if (at < this.#before.getTime() - CLOCK_TOLERANCE_MS)
      throw refused(
        `Entry ${index} bears the time ${leaf.at}, and was not in the log at ${this.#before.toISOString()} yet: it was dated back by more than ${MINUTES} minutes.`,
      );
    if (at < this.#latest - CLOCK_TOLERANCE_MS)
      throw refused(
        `Entry ${index} bears the time ${leaf.at}, after an entry of ${new Date(this.#latest).toISOString()}: the clock of the installation was set back by more than ${MINUTES} minutes.`,
      );
    this.#latest = Math.max(this.#latest, at);
  }
}
