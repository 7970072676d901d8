/** One party's sound, stretch by stretch, reading its packet logs only as far as needed. */
import type { LoggedPart } from './channel-timeline.ts';
import { placeChannel } from './channel-timeline.ts';
import { isDecodable } from './codec.ts';
import type { DecodeContext } from './codecs/decoder.ts';
import { decodeStretch, neededFor, STRETCH_TICKS, stretchSpan } from './decode-stretch.ts';
import type { PlacedPacket } from './timeline.ts';
import { TICKS_PER_SECOND } from './timeline-clock.ts';

/**
 * What is decoded of one second of the timeline at most, in octets; further packets of it are silence. Ten times what
 * any codec sends, so that a flood that was recorded cannot fill the memory of who plays it.
 */
const MAX_OCTETS_PER_SECOND = 1_000_000;
/** Counted for every packet beside its payload. */
const PACKET_OVERHEAD = 100;

/** A part of one interleaved buffer: frames counted from the recording's start. */
export interface Block {
  readonly frame: number;
  readonly frames: number;
  readonly channel: number;
  readonly channels: number;
}

/** Blocks must not go back. */
export class PartyTrack {
  readonly #context: DecodeContext;
  readonly #packets: AsyncGenerator<PlacedPacket, void, undefined>;
  readonly #stretchFrames: number;
  /** Packets of the stretch in hand, in order. */
  #held: PlacedPacket[] = [];
  /** The first packet beyond it. */
  #ahead: PlacedPacket | undefined;
  #stretch: { readonly index: number; readonly pcm: Int16Array } | undefined;
  #second = 0;
  #octets = 0;

  /** `parts` are the logs of the party's line in the order in which they were opened. */
  constructor(parts: readonly LoggedPart[], originMs: number | undefined, context: DecodeContext) {
    this.#context = context;
    this.#packets = placeChannel(parts, originMs);
    this.#stretchFrames = (STRETCH_TICKS * context.rate) / TICKS_PER_SECOND;
  }

  /** Writes the party's channel of the block. Fails as `readPacketLog` and `decodeStretch`. */
  async fill(out: Int16Array, { frame, frames, channel, channels }: Block): Promise<void> {
    for (let done = 0; done < frames;) {
      const index = Math.floor((frame + done) / this.#stretchFrames);
      const pcm = await this.#decode(index);
      const at = frame + done - index * this.#stretchFrames;
      const count = Math.min(frames - done, this.#stretchFrames - at);
      for (let i = 0; i < count; i++) out[(done + i) * channels + channel] = pcm[at + i] ?? 0;
      done += count;
    }
  }

  async close(): Promise<void> {
    await this.#packets.return();
  }

  async #decode(index: number): Promise<Int16Array> {
    if (this.#stretch?.index !== index) {
      const span = stretchSpan(index);
      await this.#hold(neededFor(span));
      this.#stretch = { index, pcm: await decodeStretch(this.#held, span, this.#context) };
    }
    return this.#stretch.pcm;
  }

  /** Reads on until every packet that lies in the span is held, and forgets those before it. */
  async #hold({ from, to }: { readonly from: number; readonly to: number }): Promise<void> {
    this.#held = this.#held.filter(({ end }) => end > from);
    for (;;) {
      this.#ahead ??= await this.#next();
      if (this.#ahead === undefined || this.#ahead.start >= to) return;
      if (this.#ahead.end > from) this.#held.push(this.#ahead);
      this.#ahead = undefined;
    }
  }

  /** The next packet that can be heard. */
  async #next(): Promise<PlacedPacket | undefined> {
    for (;;) {
      const { done, value } = await this.#packets.next();
      if (done === true) return undefined;
      if (isDecodable(value.codec, this.#context.speech) && this.#affords(value)) return value;
    }
  }

  /** Counted over every second of the timeline from its start, so that any range leaves out the same packets. */
  #affords({ start, payload }: PlacedPacket): boolean {
    const second = Math.floor(start / TICKS_PER_SECOND);
    if (second !== this.#second) this.#octets = 0;
    this.#second = second;
    this.#octets += payload.length + PACKET_OVERHEAD;
    return this.#octets <= MAX_OCTETS_PER_SECOND;
  }
}
