/** What a waveform shows: the lowest and highest sample of each of a fixed number of buckets, for each party. */

/** JSON-able. Bucket i covers frames [floor(i*frames/buckets), floor((i+1)*frames/buckets)); an empty one is 0. */
export interface Peaks {
  readonly version: 1;
  readonly frames: number;
  /** One a party, in channel order; values are 8-bit, -128 to 127. */
  readonly channels: readonly { readonly min: readonly number[]; readonly max: readonly number[] }[];
}

/** Of what the peaks are taken. */
export interface PeakShape {
  readonly channels: number;
  /** How many frames the stream will bring; further ones are ignored, missing ones are 0. */
  readonly frames: number;
  readonly buckets: number;
}

/** Reads interleaved 16-bit little-endian PCM, in buffers of whole frames, and keeps only the peaks. */
export async function measurePeaks(pcm: AsyncIterable<Buffer>, shape: PeakShape): Promise<Peaks> {
  const { channels, frames, buckets } = shape;
  const min = Array.from({ length: channels }, () => new Int16Array(buckets));
  const max = Array.from({ length: channels }, () => new Int16Array(buckets));
  let frame = 0;
  let bucket = 0;
  let first = true;
  for await (const block of pcm) {
    for (let at = 0; at + 2 * channels <= block.length && frame < frames; at += 2 * channels, frame++) {
      while (frame >= Math.floor(((bucket + 1) * frames) / buckets)) {
        bucket++;
        first = true;
      }
      for (let channel = 0; channel < channels; channel++) {
        const sample = block.readInt16LE(at + 2 * channel);
        widen(min[channel], max[channel], bucket, sample, first);
      }
      first = false;
    }
  }
  return {
    version: 1,
    frames,
    channels: min.map((low, channel) => ({ min: toBytes(low), max: toBytes(max[channel] ?? low) })),
  };
}

function widen(
  low: Int16Array | undefined,
  high: Int16Array | undefined,
  bucket: number,
  sample: number,
  first: boolean,
): void {
  if (low === undefined || high === undefined) return;
  if (first || sample < (low[bucket] ?? 0)) low[bucket] = sample;
  if (first || sample > (high[bucket] ?? 0)) high[bucket] = sample;
}

function toBytes(samples: Int16Array): number[] {
  return Array.from(samples, (sample) => sample >> 8);
}
