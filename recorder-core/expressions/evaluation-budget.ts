/** Steps that one evaluation may take: an element of a loop, or 64 units of a text or a list that is made. */
const MAX_STEPS = 20_000;
/** The longest text that an expression may make, in UTF-16 units. */
const MAX_TEXT = 131_072;
/** The longest list that an expression may make. */
const MAX_LIST = 10_000;

/**
 * The work of one evaluation. It counts steps and not time, so that the same expression on the same values ends the
 * same way on every machine. An evaluation never waits, so that one budget serves one after the other.
 */
export class EvaluationBudget {
  #left = 0;

  begin(): void {
    this.#left = MAX_STEPS;
  }

  /** Whether the work went over; what came out then means nothing, also where `||` went on without it. */
  get spent(): boolean {
    return this.#left < 0;
  }

  /** @throws Error that the evaluator turns into a fault. */
  charge(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new Error('limit: work');
  }

  /** Charges for a text before it is made. */
  text(length: number): void {
    if (length > MAX_TEXT) this.#left = -1;
    this.charge(1 + length / 64);
  }

  /** Charges for a list before it is made. */
  list(size: number): void {
    if (size > MAX_LIST) this.#left = -1;
    this.charge(1 + size / 64);
  }
}
