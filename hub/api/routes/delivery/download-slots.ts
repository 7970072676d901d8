import { HoldfastError } from '../../../../recorder-core/errors.ts';

/** Downloads at once, so that one recipient's program cannot take the hub for itself. */
export class DownloadSlots {
  readonly #perLink: number;
  readonly #total: number;
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor({ perLink, total }: { readonly perLink: number; readonly total: number }) {
    this.#perLink = perLink;
    this.#total = total;
  }

  /** Takes a slot and answers what gives it back, once. @throws HoldfastError `rate_limited`. */
  take(linkId: string): () => void {
    const ofLink = this.#taken.get(linkId) ?? 0;
    if (ofLink >= this.#perLink || this.#all >= this.#total) {
      throw new HoldfastError(
        'rate_limited',
        'Too many downloads run at once. Wait until one has ended, and try again.',
        { retryAfterMs: 10_000 },
      );
    }
    this.#taken.set(linkId, ofLink + 1);
    this.#all += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#all -= 1;
      const left = (this.#taken.get(linkId) ?? 1) - 1;
      if (left === 0) this.#taken.delete(linkId);
      else this.#taken.set(linkId, left);
    };
  }
}
