/**
 * Ties one sender's RTP clock to the wall clock by arrival.
 *
 * A packet's transit is its arrival minus its media time. The network only ever adds to it, so the least transit of
 * many packets is the best estimate of the constant between the two clocks. Three things move the estimate:
 * a new epoch begins it; a jump that every packet of the next second confirms (a hold in which the sender's clock
 * stood still) moves it at once; and the slow drift of two crystals (200 ppm is 2 ms in 10 s) moves it in small
 * steps, forward by a short gap, back by using up silence or at most a few milliseconds of overlap.
 */
import { TICKS_PER_MS, TICKS_PER_SECOND, toSampleGrid } from './timeline-clock.ts';

/** A packet as the anchor sees it; both in ticks. */
export interface Timed {
  readonly arrival: number;
  readonly media: number;
}

const JUMP = 200 * TICKS_PER_MS;
/** A jump takes this many packets to confirm, so that the last few of a call may simply be late... */
const JUMP_PACKETS = 10;
/** ...unless they are later than any network makes a single packet. */
const SURE_JUMP = TICKS_PER_SECOND;
const DRIFT_STEP = 4 * TICKS_PER_MS;
const MAX_STEP_BACK = 10 * TICKS_PER_MS;
const DRIFT_BLOCK = 10 * TICKS_PER_SECOND;
/** The least transit of fewer packets says more about the network than about the clocks. */
const DRIFT_BLOCK_PACKETS = 100;

/** One per party. Feed packets in media order. */
export class ClockAnchor {
  #offset = 0;
  #blockStart = 0;
  #blockLeast = Infinity;
  #blockPackets = 0;
  #stepBack = 0;

  /** Begins a new epoch. `run` is the first packet and those that follow it without a break. */
  begin(run: readonly Timed[]): void {
    this.#offset = toSampleGrid(leastTransit(run));
    this.#stepBack = 0;
    this.#newBlock(run[0]?.arrival ?? 0);
  }

  /** Takes the next packet of the epoch; `ahead` gives it and those that follow it. True when the anchor jumped forward. */
  follow(packet: Timed, ahead: () => readonly Timed[]): boolean {
    const transit = packet.arrival - packet.media;
    if (transit > this.#offset + JUMP) {
      const run = ahead();
      const confirmed = run.length >= JUMP_PACKETS ? JUMP : SURE_JUMP;
      if (leastTransit(run) > this.#offset + confirmed) {
        this.begin(run);
        return true;
      }
    }
    this.#blockLeast = Math.min(this.#blockLeast, transit);
    this.#blockPackets++;
    if (packet.arrival - this.#blockStart >= DRIFT_BLOCK && this.#blockPackets >= DRIFT_BLOCK_PACKETS) {
      this.#correctDrift();
      this.#newBlock(packet.arrival);
    }
    return false;
  }

  /** Where a media time stands on the wall clock, in ticks. */
  place(media: number): number {
    return media + this.#offset;
  }

  /** There are `ticks` of silence before the next packet: a wanted step back may use them. */
  useSilence(ticks: number): void {
    const step = toSampleGrid(Math.min(this.#stepBack, Math.max(0, ticks)));
    this.#offset -= step;
    this.#stepBack -= step;
  }

  #correctDrift(): void {
    const drift = toSampleGrid(this.#blockLeast - this.#offset);
    this.#stepBack = 0;
    if (drift > DRIFT_STEP) this.#offset += drift;
    if (drift < -DRIFT_STEP) {
      const step = Math.min(-drift, MAX_STEP_BACK);
      this.#offset -= step;
      this.#stepBack = -drift - step;
    }
  }

  #newBlock(start: number): void {
    this.#blockStart = start;
    this.#blockLeast = Infinity;
    this.#blockPackets = 0;
  }
}

function leastTransit(run: readonly Timed[]): number {
  return run.reduce((least, { arrival, media }) => Math.min(least, arrival - media), Infinity);
}
