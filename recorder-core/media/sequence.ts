/** Sequence numbers of one source: extending over the 16-bit wrap, and counting what is missing (RFC 3550 A.1, A.3). */

/** A jump ahead of this many packets or more is doubted until the next packet confirms it (RFC 3550 A.1). */
const MAX_DROPOUT = 3000;
/** A packet further behind than this is doubted rather than called late (RFC 3550 A.1). */
const MAX_MISORDER = 100;
/** Power of two above MAX_MISORDER: every packet that can still be called late is remembered. */
const SEEN_SLOTS = 128;

/**
 * What one packet is to its stream. A `suspect` is a wild jump that stays outside the numbering until the next packet
 * continues it: that one is the `restart`, and the suspect before it was `extended - 1` of the same run.
 */
export type SequenceStep = 'next' | 'reordered' | 'restart' | 'duplicate' | 'suspect';

/** Counters over the whole stream, all restarts included. */
export interface SequenceCounts {
  /** Distinct packets. */
  readonly received: number;
  /** Packets the numbering says were sent. */
  readonly expected: number;
  /** `expected - received`; a late packet takes its place back. */
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  readonly restarts: number;
}

/** Follows one SSRC in order of arrival. Allocates nothing per packet. */
export class SequenceTracker {
  #run = 0;
  #extended = 0;
  #base = 0;
  #highest: number | undefined;
  #receivedInRun = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #duplicates = 0;
  #reordered = 0;
  #suspect: number | undefined;
  readonly #seen = new Int32Array(SEEN_SLOTS);

  /** Takes the 16-bit sequence number of the packet that just arrived. */
  update(sequence: number): SequenceStep {
    if (this.#highest === undefined) {
      this.#begin(sequence, sequence);
      return 'next';
    }
    const distance = ((sequence - this.#highest) << 16) >> 16;
    const extended = this.#highest + distance;
    if (distance >= MAX_DROPOUT || distance < -MAX_MISORDER) return this.#doubt(sequence);
    this.#suspect = undefined;
    if (distance <= 0 && this.#seen[extended & (SEEN_SLOTS - 1)] === extended) {
      this.#duplicates++;
      return 'duplicate';
    }
    this.#note(extended);
    if (distance > 0) {
      this.#highest = extended;
      return 'next';
    }
    this.#reordered++;
    this.#base = Math.min(this.#base, extended);
    return 'reordered';
  }

  /** Restarts of the numbering so far. */
  get run(): number {
    return this.#run;
  }

  /** Number of the last packet that was neither duplicate nor suspect; inside a run it grows by one per packet sent. */
  get extended(): number {
    return this.#extended;
  }

  /** The highest extended number of the current run, as reports carry it; 0 before the first packet. */
  get highest(): number {
    return this.#highest ?? 0;
  }

  counts(): SequenceCounts {
    const inRun = this.#highest === undefined ? 0 : this.#highest - this.#base + 1;
    const expected = this.#expectedBefore + inRun;
    const received = this.#receivedBefore + this.#receivedInRun;
    return {
      received,
      expected,
      lost: expected - received,
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      restarts: this.#run,
    };
  }

  #doubt(sequence: number): SequenceStep {
    if (this.#suspect === undefined || ((this.#suspect + 1) & 0xffff) !== sequence) {
      if (this.#suspect === sequence) {
        this.#duplicates++;
        return 'duplicate';
      }
      this.#suspect = sequence;
      return 'suspect';
    }
    const before = this.counts();
    this.#expectedBefore = before.expected;
    this.#receivedBefore = before.received;
    this.#run++;
    this.#begin(this.#suspect, this.#suspect + 1);
    this.#suspect = undefined;
    return 'restart';
  }

  #begin(base: number, highest: number): void {
    this.#base = base;
    this.#highest = highest;
    this.#receivedInRun = 0;
    this.#seen.fill(-0x80000000);
    for (let extended = base; extended <= highest; extended++) this.#note(extended);
  }

  #note(extended: number): void {
    this.#seen[extended & (SEEN_SLOTS - 1)] = extended;
    this.#extended = extended;
    this.#receivedInRun++;
  }
}
