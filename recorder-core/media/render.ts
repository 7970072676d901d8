/** Sound from packet logs: any stretch of the timeline, all parties side by side, without holding the call in memory. */
import { HoldfastError } from '../errors.ts';
import type { ClockPlan } from './clock-plan.ts';
import { openDecoder } from './codec.ts';
import type { CodecDescription } from './codec-description.ts';
import type { Decoder } from './codec.ts';
import { readPacketLog } from './packet-log-reader.ts';
import { resample } from './resample.ts';
import type { PlacedPacket, TimelineOptions } from './timeline.ts';
import { placePackets } from './timeline.ts';
import { TICKS_PER_8K_SAMPLE } from './timeline-clock.ts';

/** Of everything rendered, in Hz. */
export const RENDER_RATE = 8000;
/** Frames per yielded buffer: half a second. */
const BLOCK_FRAMES = 4000;

/** A frame is one sample of each party. `from` is inclusive, `to` exclusive, both counted from the recording's start. */
export interface RenderRange {
  readonly from: number;
  readonly to: number;
}

export interface RenderOptions extends RenderRange {
  /** One packet log a party, in channel order. Each is read from its start, once, and closed when enough was read. */
  readonly parties: readonly AsyncIterable<Buffer>[];
  /** Wall clock of frame 0; left out, each log's own start. */
  readonly originMs?: number | undefined;
  /** Where each party stands on the wall clock (`planClocks`), in the order of the parties; left out, arrival decides. */
  readonly plans?: readonly (ClockPlan | undefined)[] | undefined;
}

/** How many frames a recording of this length has. */
export function framesOf(durationMs: number): number {
  return Math.round((durationMs * RENDER_RATE) / 1000);
}

/**
 * Yields interleaved 16-bit little-endian PCM for exactly the frames asked for; what was not received is silence.
 * A range gives the same bytes as that stretch of a longer one. Fails as `readPacketLog`; with `invalid_input` for a
 * range that is none.
 */
export async function* renderPcm(options: RenderOptions): AsyncGenerator<Buffer, void, undefined> {
  const { parties, from, to } = options;
  if (
    !Number.isSafeInteger(from) ||
    !Number.isSafeInteger(to) ||
    from < 0 ||
    to < from ||
    parties.length === 0
  ) {
    throw new HoldfastError(
      'invalid_input',
      'A range to play needs at least one party and whole frame numbers with 0 <= from <= to. Correct the range.',
    );
  }
  const tracks = parties.map(
    (log, i) => new PartyTrack(log, { originMs: options.originMs, plan: options.plans?.[i] }),
  );
  try {
    for (let frame = from; frame < to; frame += BLOCK_FRAMES) {
      const frames = Math.min(BLOCK_FRAMES, to - frame);
      const block = new Int16Array(frames * tracks.length);
      for (const [channel, track] of tracks.entries()) {
        await track.fill(block, { frame, frames, channel, channels: tracks.length });
      }
      yield littleEndian(block);
    }
  } finally {
    for (const track of tracks) await track.close();
  }
}

interface Block {
  readonly frame: number;
  readonly frames: number;
  readonly channel: number;
  readonly channels: number;
}

/** Reads one party's log only as far as the block in hand needs. */
class PartyTrack {
  readonly #packets: AsyncGenerator<PlacedPacket, void, undefined>;
  #current: { packet: PlacedPacket; pcm: Int16Array | undefined } | undefined;
  #finished = false;
  #decoder: Decoder | undefined;
  #codec: CodecDescription | undefined;

  constructor(log: AsyncIterable<Buffer>, options: TimelineOptions) {
    this.#packets = placePackets(readPacketLog(log), options);
  }

  /** Writes what is heard in the block; the rest of the block is left as it is. Blocks must not go back. */
  async fill(out: Int16Array, block: Block): Promise<void> {
    const end = (block.frame + block.frames) * TICKS_PER_8K_SAMPLE;
    const start = block.frame * TICKS_PER_8K_SAMPLE;
    for (;;) {
      this.#current ??= await this.#next();
      if (this.#current === undefined || this.#current.packet.start >= end) return;
      const { packet } = this.#current;
      if (packet.end > start) {
        this.#current.pcm ??= this.#decode(packet);
        copyOverlap(this.#current.pcm, packet.start / TICKS_PER_8K_SAMPLE, out, block);
      }
      if (packet.end > end) return;
      this.#current = undefined;
    }
  }

  async close(): Promise<void> {
    this.#finished = true;
    await this.#packets.return();
  }

  async #next(): Promise<{ packet: PlacedPacket; pcm: undefined } | undefined> {
    if (this.#finished) return undefined;
    const result = await this.#packets.next();
    if (result.done !== true) return { packet: result.value, pcm: undefined };
    this.#finished = true;
    return undefined;
  }

  /** The audible samples of a packet at the render rate: skipped front removed, never longer than its place. */
  #decode(packet: PlacedPacket): Int16Array {
    if (packet.codec !== this.#codec) {
      this.#codec = packet.codec;
      this.#decoder = openDecoder(packet.codec);
    }
    if (this.#decoder === undefined) return new Int16Array(0);
    const pcm = resample(this.#decoder.decode(packet.payload), this.#decoder.sampleRate, RENDER_RATE);
    const skip = packet.skip / TICKS_PER_8K_SAMPLE;
    return pcm.subarray(skip, skip + (packet.end - packet.start) / TICKS_PER_8K_SAMPLE);
  }
}

function copyOverlap(pcm: Int16Array, at: number, out: Int16Array, block: Block): void {
  const first = Math.max(at, block.frame);
  const last = Math.min(at + pcm.length, block.frame + block.frames);
  for (let frame = first; frame < last; frame++) {
    out[(frame - block.frame) * block.channels + block.channel] = pcm[frame - at] ?? 0;
  }
}

function littleEndian(samples: Int16Array): Buffer {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? bytes : bytes.swap16();
}
