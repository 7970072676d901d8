/**
 * Ties one sender's RTP clock to the wall clock by arrival alone.
 *
 * A packet's transit is its arrival minus its media time. The network only ever adds to it, so the least transit of
 * many packets is the best estimate of the constant between the two clocks. Three things move the estimate: a new
 * stretch begins it; a jump that every packet of the next second confirms (a hold in which the sender's clock stood
 * still) begins another; and the slow drift of two crystals (200 ppm is 2 ms in 10 s) moves it from block to block.
 */
import { TICKS_PER_MS, TICKS_PER_SECOND } from './timeline-clock.ts';

/** A packet as the clock sees it; both in ticks. */
export interface Timed {
  readonly arrival: number;
  readonly media: number;
}

const JUMP = 200 * TICKS_PER_MS;
/** A jump takes this many packets to confirm, so that the last few of a call may simply be late... */
const JUMP_PACKETS = 10;
/** ...unless they are later than any network makes a single packet. */
const SURE_JUMP = TICKS_PER_SECOND;
const DRIFT_BLOCK = 10 * TICKS_PER_SECOND;
/** The least transit of fewer packets says more about the network than about the clocks. */
const DRIFT_BLOCK_PACKETS = 100;

/** One per party. Feed packets in media order. */
export class ArrivalClock {
  #offset = 0;
  #blockStart = 0;
  #blockLeast = Infinity;
  #blockPackets = 0;

  /** Wall clock minus media time, in ticks, as the arrivals have it. */
  get offset(): number {
    return this.#offset;
  }

  /** Begins a stretch. `run` is the first packet and those that follow it without a break. */
  begin(run: readonly Timed[]): void {
    this.#offset = leastTransit(run);
    this.#newBlock(run[0]?.arrival ?? 0);
  }

  /** Takes the next packet of the stretch; `ahead` gives it and those that follow it. True when a jump began another. */
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
      this.#offset = this.#blockLeast;
      this.#newBlock(packet.arrival);
    }
    return false;
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
