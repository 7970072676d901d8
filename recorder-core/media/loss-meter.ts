/** Finds what is missing in a stored stream, whatever order the packets came in. */
import { ReorderWindow } from './reorder-window.ts';
import { SequenceTracker } from './sequence.ts';

/** A packet is counted lost when this many later ones came first. */
const WINDOW_PACKETS = 128;

interface Numbered {
  readonly epoch: number;
  readonly extended: number;
  readonly arrival: number;
}

/** Told of every distinct packet in media order, with how many are missing directly before it. */
export type LossListener = (arrivalMs: number, missing: number) => void;

/** Feed in stored order. */
export class LossMeter {
  readonly #listener: LossListener;
  #window = newWindow();
  #sequence = new SequenceTracker();
  #ssrc: number | undefined;
  #last: Numbered | undefined;

  constructor(listener: LossListener) {
    this.#listener = listener;
  }

  /** False for a packet that was there already. */
  add(ssrc: number, sequence: number, arrivalMs: number): boolean {
    if (ssrc !== this.#ssrc) this.interrupt();
    this.#ssrc = ssrc;
    const step = this.#sequence.update(sequence);
    if (step === 'duplicate') return false;
    if (step === 'suspect') return true;
    const { run: epoch, extended } = this.#sequence;
    if (step === 'restart') this.#window.add({ epoch, extended: extended - 1, arrival: arrivalMs });
    this.#window.add({ epoch, extended, arrival: arrivalMs });
    this.#drain(false);
    return true;
  }

  /** What comes next is not to be compared with what came before: another sender, or a time in which nothing was stored. */
  interrupt(): void {
    this.#drain(true);
    this.#window = newWindow();
    this.#sequence = new SequenceTracker();
    this.#last = undefined;
  }

  /** Tells of all that is still held back. */
  finish(): void {
    this.#drain(true);
  }

  #drain(all: boolean): void {
    for (let packet = this.#window.take(all); packet !== undefined; packet = this.#window.take(all)) {
      const last = this.#last;
      this.#listener(packet.arrival, last?.epoch === packet.epoch ? packet.extended - last.extended - 1 : 0);
      this.#last = packet;
    }
  }
}

function newWindow(): ReorderWindow<Numbered> {
  return new ReorderWindow(Infinity, WINDOW_PACKETS);
}
