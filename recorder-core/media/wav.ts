/** A recording as a WAV file of known length, any byte range of it on demand (RFC 9110 section 14). */
import type { RenderRate } from './codecs/decoder.ts';
import type { RenderRange } from './render.ts';

/** The fixed PCM header. */
export const WAV_HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
const MAX_U32 = 0xffffffff;

/** Shape of a file: one channel a party, 16-bit samples. */
export interface WavShape {
  /** Frames a second. */
  readonly rate: RenderRate;
  readonly channels: number;
  readonly frames: number;
}

/** RIFF/WAVE header for 16-bit PCM. Beyond 4 GiB the length fields stand at their maximum, as streams do. */
export function wavHeader({ rate, channels, frames }: WavShape): Buffer {
  const frameBytes = channels * BYTES_PER_SAMPLE;
  const dataBytes = frames * frameBytes;
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(Math.min(MAX_U32, WAV_HEADER_BYTES - 8 + dataBytes), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(Math.min(MAX_U32, dataBytes), 40);
  return header;
}

/** Size of the whole file. */
export function wavBytes({ channels, frames }: Omit<WavShape, 'rate'>): number {
  return WAV_HEADER_BYTES + frames * channels * BYTES_PER_SAMPLE;
}

/** The answer to a request: status, the bytes [start, end) of a file of `size`, and the frames to render for them. */
export interface WavPlan {
  readonly status: 200 | 206;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly render: RenderRange;
}

/**
 * Reads a `Range` header against the file. A missing, malformed or multiple range gives the whole file, as RFC 9110
 * section 14.2 lets a server do; a range beyond the end gives `unsatisfiable` (answer 416).
 */
export function planWav(shape: WavShape, rangeHeader: string | undefined): WavPlan | 'unsatisfiable' {
  const size = wavBytes(shape);
  const wanted = parseRange(rangeHeader, size);
  if (wanted === 'unsatisfiable') return wanted;
  const { start, end } = wanted ?? { start: 0, end: size };
  const frameBytes = shape.channels * BYTES_PER_SAMPLE;
  const render = {
    from: Math.max(0, Math.floor((start - WAV_HEADER_BYTES) / frameBytes)),
    to: Math.max(0, Math.ceil((end - WAV_HEADER_BYTES) / frameBytes)),
  };
  return { status: wanted === undefined ? 200 : 206, start, end, size, render };
}

function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 ? 'unsatisfiable' : { start: Math.max(0, size - suffix), end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1) };
}

/** The bytes of a plan, exactly `end - start` of them; `pcm` is the rendering of `plan.render`. */
export async function* wavBody(
  shape: WavShape,
  plan: WavPlan,
  pcm: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  if (plan.start < WAV_HEADER_BYTES) yield wavHeader(shape).subarray(plan.start, plan.end);
  let at = WAV_HEADER_BYTES + plan.render.from * shape.channels * BYTES_PER_SAMPLE;
  for await (const block of pcm) {
    const piece = block.subarray(Math.max(0, plan.start - at), Math.max(0, plan.end - at));
    at += block.length;
    if (piece.length > 0) yield piece;
  }
}
