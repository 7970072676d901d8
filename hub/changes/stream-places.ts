import { HoldfastError } from '../../recorder-core/errors.ts';

/** As many windows as somebody looks at; those that are hidden give their place back. */
const OF_A_PERSON = 10;
const OF_A_PROCESS = 2_000;

/** How many streams of changes are open, so that nobody takes all of them. */
export class StreamPlaces {
  readonly #taken = new Map<string, number>();
  #count = 0;

  /** Takes a place; answers what gives it back, once. @throws HoldfastError `rate_limited`, `unavailable`. */
  take(userId: string): () => void {
    const taken = this.#taken.get(userId) ?? 0;
    if (taken >= OF_A_PERSON)
      throw new HoldfastError(
        'rate_limited',
        'You have this console open in very many windows. This one asks for changes again and again; close some of the others.',
        { retryAfterMs: 60_000 },
      );
    if (this.#count >= OF_A_PROCESS)
      throw new HoldfastError(
        'unavailable',
        'Very many consoles are open here. This one asks for changes again and again.',
        { retryAfterMs: 60_000 },
      );
    this.#taken.set(userId, taken + 1);
    this.#count += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#count -= 1;
      const left = (this.#taken.get(userId) ?? 1) - 1;
      if (left > 0) this.#taken.set(userId, left);
      else this.#taken.delete(userId);
    };
  }
}
