/**
 * The mark in a playable file: noise that only the holder of a key can tell from other noise, 40 dB and more below what is
 * said and never louder than a quiet line. Every recipient gets another noise; `find-sound-mark.ts` tells whose it is.
 */
import { createCipheriv, createHmac } from 'node:crypto';

/** Chips a second; the rates of rendering are multiples of it. */
export const MARK_RATE = 8000;
/** After so many chips the noise begins anew: 16.4 seconds. A power of two, for the search. */
export const MARK_CHIPS = 2 ** 17;

/** In units of the 16-bit sample: what stands in silence too, and the share of what is louder. */
const LEAST_LEVEL = 12;
const SHARE = 0.008;
/** The level follows the sound in steps of this many seconds. */
const STEP_SECONDS = 0.02;

/** Shape of interleaved 16-bit little-endian PCM. */
export interface PcmShape {
  readonly rate: number;
  readonly channels: number;
}

/** The noise of one recipient: +1 and -1, from a key stream of AES-256-CTR. Pure. */
export function markChips(markKey: Buffer, watermark: string): Int8Array {
  const key = createHmac('sha256', markKey).update(`holdfast/sound-mark/v1 ${watermark}`).digest();
  const bits = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(MARK_CHIPS / 8));
  return Int8Array.from({ length: MARK_CHIPS }, (_, i) => (((bits[i >> 3] ?? 0) >> (i & 7)) & 1 ? 1 : -1));
}

/** Adds the noise to every channel of a rendering, block by block; lengths stay as they are. */
export async function* markPcm(
  pcm: AsyncIterable<Buffer>,
  { rate, channels }: PcmShape,
  chips: Int8Array,
): AsyncGenerator<Buffer, void, undefined> {
  const held = rate / MARK_RATE;
  const step = Math.round(rate * STEP_SECONDS);
  let start = 0;
  for await (const block of pcm) {
    const frames = block.length / 2 / channels;
    const marked = Buffer.from(block);
    for (let from = 0; from < frames; from += step) {
      const to = Math.min(frames, from + step);
      for (let channel = 0; channel < channels; channel += 1) {
        const level = levelOf(block, { from, to, channel, channels });
        for (let frame = from; frame < to; frame += 1) {
          const at = 2 * (frame * channels + channel);
          const chip = chips[Math.floor((start + frame) / held) % MARK_CHIPS] ?? 0;
          const sample = Math.round(block.readInt16LE(at) + level * chip);
          marked.writeInt16LE(Math.max(-32_768, Math.min(32_767, sample)), at);
        }
      }
    }
    start += frames;
    yield marked;
  }
}

function levelOf(
  block: Buffer,
  { from, to, channel, channels }: { from: number; to: number; channel: number; channels: number },
): number {
  let power = 0;
  for (let frame = from; frame < to; frame += 1)
    power += block.readInt16LE(2 * (frame * channels + channel)) ** 2;
  return Math.max(LEAST_LEVEL, SHARE * Math.sqrt(power / (to - from)));
}
