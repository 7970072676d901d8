import type { Pacer } from '../../recorder-core/siprec/client/media/pacer.ts';
import { SteppedPacer } from '../../recorder-core/siprec/client/media/stepped-pacer.ts';

/**
 * The clock that recorder and recording clients of one case share. It jumps from packet to packet and stands while a request
 * is answered, so the length of a recording can be compared with that of its call to the millisecond, and a hold of seconds
 * takes no time.
 */
export class CallClock {
  readonly #base = Date.now();
  readonly #calls: { readonly from: number; readonly pacer: SteppedPacer }[] = [];

  /** Epoch ms: that of the call which has come furthest. */
  readonly now = (): number =>
    Math.max(this.#base, ...this.#calls.map(({ from, pacer }) => from + pacer.elapsed()));

  /** The time of a further call, which begins now. */
  readonly newPacer = (): Pacer => {
    const pacer = new SteppedPacer(Infinity);
    this.#calls.push({ from: this.now(), pacer });
    return pacer;
  };
}
