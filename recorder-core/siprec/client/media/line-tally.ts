import { createHash } from 'node:crypto';
import type { PacketFate } from './impairments.ts';

/** One source of a line, in the order of use. */
export interface SentSource {
  readonly ssrc: number;
  readonly firstSequence: number;
  /** With those that were lost on purpose. */
  readonly packets: number;
}

/** Packets in a row that were made and never sent. */
export interface LostPackets {
  readonly ssrc: number;
  readonly firstSequence: number;
  readonly packets: number;
}

/** Counts what a line did with its packets, and digests what a recorder must have stored of them. */
export class LineTally {
  readonly #hash = createHash('sha256');
  readonly #lost: { ssrc: number; firstSequence: number; packets: number }[] = [];
  packets = 0;
  payloadBytes = 0;
  duplicates = 0;
  reordered = 0;
  late = 0;
  keyPresses = 0;

  /** Takes every packet once, in the order of its number. */
  add(ssrc: number, sequence: number, payload: Buffer, fate: PacketFate): void {
    if (fate.lost) {
      this.#lose(ssrc, sequence);
      return;
    }
    this.packets += 1;
    this.payloadBytes += payload.length;
    this.duplicates += fate.copies - 1;
    if (fate.reordered) this.reordered += 1;
    if (fate.late) this.late += 1;
    this.#hash.update(payload);
  }

  get lost(): readonly LostPackets[] {
    return this.#lost;
  }

  /** SHA-256 (hex) over the payloads sent so far, each once and in the order of their numbers. */
  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  #lose(ssrc: number, sequence: number): void {
    const last = this.#lost.at(-1);
    const isNext = last?.ssrc === ssrc && ((last.firstSequence + last.packets) & 0xffff) === sequence;
    if (last !== undefined && isNext) last.packets += 1;
    else this.#lost.push({ ssrc, firstSequence: sequence, packets: 1 });
  }
}
