/**
 * How well a party could be heard: loss, its burstiness, and a listening quality by the E-model.
 *
 * R = 93.2 - Ie,eff with Ie,eff = Ie + (95 - Ie) * Ppl / (Ppl / BurstR + Bpl) (ITU-T G.107 clauses 7.1 and 7.5; all other
 * parameters at their defaults, for which Ro - Is is 93.2). A recorder hears one direction and knows no delay, so there
 * is no delay term: the figure is MOS-LQ, never conversational quality. Codec values after ITU-T G.113 Appendix I.
 */
import type { LogEntry } from './packet-log-reader.ts';
import { codecRole, describePayloadType } from './codec-description.ts';
import { JitterMeter } from './jitter.ts';
import type { CodecDescription } from './codec-description.ts';
import { LossMeter } from './loss-meter.ts';
import { parseRtp } from './rtp.ts';

/** Equipment impairment and packet-loss robustness of a codec. G.711 as it is rendered: without loss concealment. */
const IMPAIRMENTS: Readonly<Record<string, { ie: number; bpl: number }>> = {
  PCMU: { ie: 0, bpl: 4.3 },
  PCMA: { ie: 0, bpl: 4.3 },
  G729: { ie: 11, bpl: 19 },
};
const DEFAULT_R = 93.2;

/** Figures of one party over a whole log. JSON-able. */
export interface StreamQuality {
  readonly packets: number;
  readonly lost: number;
  readonly lossPercent: number;
  /** Mean length of the loss runs against that of random loss (G.107 clause 7.5); 1 is random, more is bursty. */
  readonly burstRatio: number;
  /** RFC 3550 estimate at its highest and at the end. */
  readonly maxJitterMs: number;
  readonly jitterMs: number;
  /** Absent when nothing came or the codec has no published values here. */
  readonly rFactor: number | undefined;
  /** 1 to 4.5, listening only. */
  readonly mosLq: number | undefined;
}

/** R factor without a delay term, or `undefined` for a codec that has no values. `lossPercent` is 0 to 100. */
export function rFactor(codecName: string, lossPercent: number, burstRatio: number): number | undefined {
  const codec = IMPAIRMENTS[codecName.toUpperCase()];
  if (codec === undefined) return undefined;
  const { ie, bpl } = codec;
  const effective = ie + ((95 - ie) * lossPercent) / (lossPercent / Math.max(1, burstRatio) + bpl);
  return Math.max(0, DEFAULT_R - effective);
}

/** Mean opinion score of an R factor (ITU-T G.107 Annex B). */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** Measures a whole log. Fails as `readPacketLog`. The codec with the most packets stands for the stream. */
export async function measureQuality(entries: AsyncIterable<LogEntry>): Promise<StreamQuality> {
  const loss = new LossMeter();
  const packetsByCodec = new Map<string, number>();
  let codecs: readonly CodecDescription[] = [];
  let jitter = new JitterMeter();
  let ssrc: number | undefined;
  let maxJitterMs = 0;
  for await (const entry of entries) {
    if (entry.kind === 'header') codecs = entry.header.codecs;
    if (entry.kind === 'event' && entry.event.type === 'codecs') codecs = entry.event.codecs;
    const packet = entry.kind === 'rtp' ? parseRtp(entry.bytes) : undefined;
    if (entry.kind !== 'rtp' || packet === undefined) continue;
    if (packet.ssrc !== ssrc) jitter = new JitterMeter();
    ssrc = packet.ssrc;
    loss.add(ssrc, packet.sequence);
    const codec = describePayloadType(packet.payloadType, codecs);
    if (codecRole(codec) !== 'audio') continue;
    jitter.update(entry.atMicros / 1000, packet.timestamp, codec?.clockRate ?? 8000);
    maxJitterMs = Math.max(maxJitterMs, jitter.milliseconds);
    const name = codec?.name ?? '';
    packetsByCodec.set(name, (packetsByCodec.get(name) ?? 0) + 1);
  }
  const figures = loss.figures();
  const [mainCodec = ''] = [...packetsByCodec].sort((a, b) => b[1] - a[1])[0] ?? [];
  const r = rFactor(mainCodec, figures.lossPercent, figures.burstRatio);
  return {
    ...figures,
    jitterMs: jitter.milliseconds,
    maxJitterMs,
    rFactor: r,
    mosLq: r === undefined ? undefined : mosOf(r),
  };
}
