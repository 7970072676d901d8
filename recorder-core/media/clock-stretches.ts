/**
 * Cuts a party's packets into stretches in which its RTP clock runs on without a break. The cuts depend on the packets
 * alone, so a survey of the log and its later playback count the same stretches.
 */
import { ArrivalClock } from './arrival-clock.ts';
import type { MediaPacket } from './media-epochs.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND } from './timeline-clock.ts';

/** No codec in telephony packs more than this into one packet. */
export const LONGEST_PACKET = 200 * TICKS_PER_MS;

/** Why a stretch began: `start` the first of all. */
export type StretchBreak = 'start' | 'source-change' | 'clock';

/** One per party. Feed every packet in media order. */
export class ClockStretches {
  readonly #clock = new ArrivalClock();
  #last: MediaPacket | undefined;
  #index = -1;

  /** The stretch of the packet just taken, counted from 0; -1 before the first. */
  get index(): number {
    return this.#index;
  }

  /** Wall clock minus media time of this stretch in ticks, by arrival. */
  get offset(): number {
    return this.#clock.offset;
  }

  /** Takes a packet; tells when it begins a stretch. `ahead` is what follows it in media order. */
  take(packet: MediaPacket, ahead: readonly MediaPacket[]): StretchBreak | undefined {
    const last = this.#last;
    if (packet.role === 'telephone-event') {
      // A key press counts in the numbering and says nothing about the clock.
      if (last?.epoch === packet.epoch) this.#last = { ...packet, media: last.media, arrival: last.arrival };
      return undefined;
    }
    this.#last = packet;
    if (last === undefined || !continues(last, packet)) {
      this.#clock.begin(runFrom(packet, ahead));
      this.#index++;
      if (last === undefined) return 'start';
      return last.epoch === packet.epoch ? 'clock' : 'source-change';
    }
    if (!this.#clock.follow(packet, () => runFrom(packet, ahead))) return undefined;
    this.#index++;
    return 'clock';
  }
}

/** The packet and what follows it, as far as the sender's clock runs on without a break. */
function runFrom(packet: MediaPacket, ahead: readonly MediaPacket[]): MediaPacket[] {
  const run = [packet];
  let before = packet;
  for (const next of ahead) {
    if (next.role === 'telephone-event') continue;
    if (!continues(before, next)) break;
    run.push(next);
    before = next;
  }
  return run;
}

/** Does the sender's clock run on from one packet to the next, or was it set anew between them? */
function continues(before: MediaPacket, next: MediaPacket): boolean {
  if (before.epoch !== next.epoch) return false;
  const media = next.media - before.media;
  if (media < 0) return false;
  if (media <= (next.extended - before.extended) * LONGEST_PACKET) return true;
  // Silence suppression: the timestamp leaps, and so does the wall clock.
  return Math.abs(media - (next.arrival - before.arrival)) <= TICKS_PER_SECOND;
}
