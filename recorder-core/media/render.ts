/** Sound from packet logs: any stretch of the timeline, all parties side by side, without holding the call in memory. */
import { HoldfastError } from '../errors.ts';
import type { LoggedPart } from './channel-timeline.ts';
import type { RenderRate } from './codecs/decoder.ts';
import type { SpeechDecoder } from './codecs/speech-decoder.ts';
import { PartyTrack } from './party-track.ts';

/** Frames per yielded buffer: half a second or less. */
const BLOCK_FRAMES = 4000;

/** A frame is one sample of each party. `from` is inclusive, `to` exclusive, both counted from the recording's start. */
export interface RenderRange {
  readonly from: number;
  readonly to: number;
}

export interface RenderOptions extends RenderRange {
  /** Each party's packet logs in the order in which they were opened, the parties in channel order. */
  readonly parties: readonly (readonly LoggedPart[])[];
  /** Of the frames, in Hz; `surveyAudio` tells which rate keeps the whole band. */
  readonly rate: RenderRate;
  /** Wall clock of frame 0; left out, each log's own start. */
  readonly originMs?: number | undefined;
  /** Plays AMR, AMR-WB and G.729; without it they are silence. */
  readonly speech?: SpeechDecoder | undefined;
  /** Aborted when nobody listens any more; what is being decoded then fails. */
  readonly signal?: AbortSignal | undefined;
}

/** How many frames a recording of this length has. */
export function framesOf(durationMs: number, rate: RenderRate): number {
  return Math.round((durationMs * rate) / 1000);
}

/**
 * Yields interleaved 16-bit little-endian PCM for exactly the frames asked for; what was not received is silence.
 * A range gives the same bytes as that stretch of a longer one. Fails as `readPacketLog` and `SpeechDecoder`; with
 * `invalid_input` for a range that is none.
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
  const tracks = parties.map((parts) => new PartyTrack(parts, options.originMs, options));
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

function littleEndian(samples: Int16Array): Buffer {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? bytes : bytes.swap16();
}
