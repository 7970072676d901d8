/**
 * Reads stored packets one by one into media time. An epoch is a stretch in which numbers and timestamps can be
 * compared: another SSRC, another RTP clock (RFC 7160) or a restarted numbering begins the next.
 */
import type { CodecDescription } from './codec-description.ts';
import type { CodecRole } from './payload-types.ts';
import { PayloadTypes } from './payload-types.ts';
import type { Ordered } from './reorder-window.ts';
import { parseRtp } from './rtp.ts';
import { SequenceTracker } from './sequence.ts';
import { TICKS_PER_SECOND } from './timeline-clock.ts';

/** A packet with its place in the numbering and in media time; times in ticks. */
export interface MediaPacket extends Ordered {
  /** RTP timestamp without wraps, counted from the epoch's first packet. */
  readonly media: number;
  readonly ssrc: number;
  /** As it came, in units of `clockRate`. */
  readonly timestamp: number;
  /** RTP clock of the epoch in Hz. */
  readonly clockRate: number;
  readonly role: CodecRole;
  readonly codec: CodecDescription | undefined;
  readonly payload: Buffer;
  /** Which packet of the log it is, counted from 0. */
  readonly record: number;
  /** Set for a packet that was cut out: it has its place and no payload. */
  readonly cut: CutPlace | undefined;
}

/** How long a packet that was cut out played, in units of its RTP clock; undefined where only the next one can tell. */
export interface CutPlace {
  readonly units: number | undefined;
}

/** A packet as the log has it, with its arrival in ticks. */
export interface StoredPacket {
  readonly bytes: Buffer;
  readonly arrival: number;
  readonly record: number;
  readonly cut?: CutPlace | undefined;
}

/** One per party; feed in stored order. */
export class MediaEpochs {
  #types = new PayloadTypes([]);
  #sequence = new SequenceTracker();
  #epoch = 0;
  #ssrc: number | undefined;
  #clockRate = 0;
  #lastTimestamp = 0;
  #lastMedia = 0;
  #suspect: Omit<MediaPacket, 'epoch' | 'extended'> | undefined;

  /** The codec map that holds from now on. */
  set codecs(codecs: readonly CodecDescription[]) {
    this.#types = new PayloadTypes(codecs);
  }

  /** Gives the packet, preceded by one that was in doubt until now, or nothing: unreadable, repeated, still in doubt. */
  read({ bytes, arrival, record, cut }: StoredPacket): MediaPacket[] {
    const packet = parseRtp(bytes);
    if (packet === undefined) return [];
    const { codec, role, clockRate: ownRate } = this.#types.of(packet.payloadType);
    // A key press may run on a clock of its own; only sound sets the clock of the epoch.
    const clockRate = role === 'audio' || this.#clockRate === 0 ? ownRate : this.#clockRate;
    if (packet.ssrc !== this.#ssrc || clockRate !== this.#clockRate) {
      this.#begin(packet.ssrc, clockRate, packet.timestamp);
    }
    const step = this.#sequence.update(packet.sequence);
    if (step === 'duplicate') return [];
    const held = {
      arrival,
      media: this.#unwrap(packet.timestamp, role),
      ssrc: packet.ssrc,
      timestamp: packet.timestamp,
      clockRate: this.#clockRate,
      role,
      codec,
      payload: packet.payload,
      record,
      cut,
    };
    const suspect = this.#suspect;
    this.#suspect = step === 'suspect' ? held : undefined;
    if (step === 'suspect') return [];
    const { extended } = this.#sequence;
    if (step !== 'restart') return [{ ...held, epoch: this.#epoch, extended }];
    const epoch = ++this.#epoch;
    const confirmed = suspect === undefined ? [] : [{ ...suspect, epoch, extended: extended - 1 }];
    return [...confirmed, { ...held, epoch, extended }];
  }

  /** Media time of an RTP timestamp in the current epoch, or `undefined` for another sender than the last heard. */
  locate(ssrc: number, timestamp: number): { readonly epoch: number; readonly media: number } | undefined {
    if (ssrc !== this.#ssrc) return undefined;
    const units = (timestamp - this.#lastTimestamp) | 0;
    return { epoch: this.#epoch, media: this.#lastMedia + (units * TICKS_PER_SECOND) / this.#clockRate };
  }

  #begin(ssrc: number, clockRate: number, timestamp: number): void {
    this.#epoch++;
    this.#ssrc = ssrc;
    this.#clockRate = clockRate;
    this.#lastTimestamp = timestamp;
    this.#lastMedia = 0;
    this.#suspect = undefined;
    this.#sequence = new SequenceTracker();
  }

  /** Timestamps wrap at 32 bits and may step back a little; a key press repeats one and must not become the reference. */
  #unwrap(timestamp: number, role: MediaPacket['role']): number {
    const units = (timestamp - this.#lastTimestamp) | 0;
    const media = this.#lastMedia + (units * TICKS_PER_SECOND) / this.#clockRate;
    if (role !== 'telephone-event') {
      this.#lastTimestamp = timestamp;
      this.#lastMedia = media;
    }
    return media;
  }
}
