/** The unit of decoding: a stretch of one party's timeline becomes sound on its own, from the same packets always. */
import { decoderOf } from './codec.ts';
import type { DecodeContext } from './codecs/decoder.ts';
import { resample } from './resample.ts';
import type { PlacedPacket } from './timeline.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND } from './timeline-clock.ts';

/** Stretches begin at whole multiples of this, in ticks. */
export const STRETCH_TICKS = 20 * TICKS_PER_SECOND;
/**
 * A decoder starts this far before its stretch, so that it has found its state when it is heard. The memory of every
 * codec we play fades within a tenth of it.
 */
const WARM_UP_TICKS = TICKS_PER_SECOND;
/** Resampling looks this far beyond the end. */
const RUN_OUT_TICKS = 20 * TICKS_PER_MS;

/** Half-open, in ticks. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Stretch number `index`, counted from the timeline's start. */
export function stretchSpan(index: number): Span {
  return { from: index * STRETCH_TICKS, to: (index + 1) * STRETCH_TICKS };
}

/** Where the packets lie that decide how the stretch sounds. */
export function neededFor({ from, to }: Span): Span {
  return { from: from - WARM_UP_TICKS, to: to + RUN_OUT_TICKS };
}

/**
 * The stretch's sound at the wanted rate, from all the packets that `neededFor` names, in order. Each codec is decoded
 * by one decoder. Where no packet lies, there is silence: nothing is made up for what was lost. Fails as `BatchDecoder`.
 */
export async function decodeStretch(
  packets: readonly PlacedPacket[],
  span: Span,
  context: DecodeContext,
): Promise<Int16Array> {
  const ticks = TICKS_PER_SECOND / context.rate;
  const out = new Int16Array((span.to - span.from) / ticks);
  for (const group of Map.groupBy(packets, codecKey).values()) {
    const line = await decodeLine(group, context);
    if (line === undefined) continue;
    for (const packet of group) {
      const from = Math.max(packet.start, span.from);
      const to = Math.min(packet.end, span.to);
      if (from >= to) continue;
      const heard = line.pcm.subarray((from - line.start) / ticks, (to - line.start) / ticks);
      out.set(heard, (from - span.from) / ticks);
    }
  }
  return out;
}

/** The same for codecs that are decoded in the same way, so that a new SDP does not break a decoder's state. */
function codecKey({ codec }: PlacedPacket): string {
  return codec === undefined ? '' : `${codec.name}/${codec.clockRate}/${codec.channels} ${codec.fmtp ?? ''}`;
}

/** All packets of one codec laid on one line from the first's start, at the wanted rate; gaps are silence. */
async function decodeLine(
  packets: readonly PlacedPacket[],
  context: DecodeContext,
): Promise<{ start: number; pcm: Int16Array } | undefined> {
  const [first] = packets;
  const decode = decoderOf(first?.codec, context.speech);
  if (first?.codec === undefined || decode === undefined) return undefined;
  const payloads = packets.map(({ payload }) => payload);
  const { sampleRate, pcm } = await decode(payloads, first.codec, context);
  const ticks = TICKS_PER_SECOND / sampleRate;
  const line = new Int16Array(((packets.at(-1) ?? first).end - first.start) / ticks);
  packets.forEach(({ start, end, skip }, i) => {
    const audible = pcm[i]?.subarray(skip / ticks, (skip + end - start) / ticks);
    if (audible !== undefined) line.set(audible, (start - first.start) / ticks);
  });
  return { start: first.start, pcm: resample(line, sampleRate, context.rate) };
}
