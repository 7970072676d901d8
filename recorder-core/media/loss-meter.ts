/** Loss and its burstiness over a stored stream, whatever order the packets came in. */
import { ReorderWindow } from './reorder-window.ts';
import { SequenceTracker } from './sequence.ts';

/** Loss figures; `burstRatio` is 1 when nothing was lost. */
export interface LossFigures {
  readonly packets: number;
  readonly lost: number;
  readonly lossPercent: number;
  readonly burstRatio: number;
}

/** A packet is counted lost when this many later ones came first. */
const WINDOW_PACKETS = 128;

/** Feed in stored order. */
export class LossMeter {
  #window = newWindow();
  #sequence = new SequenceTracker();
  #ssrc: number | undefined;
  #last: { epoch: number; extended: number } | undefined;
  #packets = 0;
  #lost = 0;
  #bursts = 0;

  add(ssrc: number, sequence: number): void {
    if (ssrc !== this.#ssrc) {
      this.#drain(true);
      this.#ssrc = ssrc;
      this.#window = newWindow();
      this.#sequence = new SequenceTracker();
      this.#last = undefined;
    }
    const step = this.#sequence.update(sequence);
    if (step === 'duplicate' || step === 'suspect') return;
    const { run: epoch, extended } = this.#sequence;
    if (step === 'restart') this.#window.add({ epoch, extended: extended - 1, arrival: 0 });
    this.#window.add({ epoch, extended, arrival: 0 });
    this.#drain(false);
  }

  /** Ends the count. */
  figures(): LossFigures {
    this.#drain(true);
    const expected = this.#packets + this.#lost;
    const share = expected === 0 ? 0 : this.#lost / expected;
    const meanBurst = this.#bursts === 0 ? 0 : this.#lost / this.#bursts;
    return {
      packets: this.#packets,
      lost: this.#lost,
      lossPercent: 100 * share,
      // Random loss of probability p makes runs of mean length 1 / (1 - p).
      burstRatio: meanBurst === 0 ? 1 : meanBurst * (1 - share),
    };
  }

  #drain(all: boolean): void {
    for (let packet = this.#window.take(all); packet !== undefined; packet = this.#window.take(all)) {
      const last = this.#last;
      const missing = last?.epoch === packet.epoch ? packet.extended - last.extended - 1 : 0;
      this.#packets++;
      this.#lost += missing;
      if (missing > 0) this.#bursts++;
      this.#last = packet;
    }
  }
}

function newWindow(): ReorderWindow<{ epoch: number; extended: number; arrival: number }> {
  return new ReorderWindow(Infinity, WINDOW_PACKETS);
}
