/** How well a party could be heard: figures over a whole packet log and over its course. */
import type { CodecDescription } from './codec-description.ts';
import { JitterMeter } from './jitter.ts';
import { LateMeter } from './late-meter.ts';
import { LossMeter } from './loss-meter.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { PayloadTypes } from './payload-types.ts';
import { qualityKey } from './quality-key.ts';
import type { QualityFigures } from './quality-tally.ts';
import { QualityTally } from './quality-tally.ts';
import { RtpView } from './rtp-view.ts';

/** Figures of one stretch of time, counted from the log's start. */
export interface QualityBucket extends QualityFigures {
  readonly offsetMs: number;
}

/** Figures of one party. JSON-able; at most 720 buckets, whatever the call's length. */
export interface QualityReport {
  readonly version: 1;
  /** What most packets carried: the encoding name in capitals, for AMR and AMR-WB with `/mode`; null when nothing came. */
  readonly codec: string | null;
  readonly summary: QualityFigures;
  /** Length of a bucket; 10 s, doubled as often as the call's length demands. */
  readonly bucketMs: number;
  /** Without holes, from the log's start to the last packet; a stretch without packets has a bucket of zeros. */
  readonly buckets: readonly QualityBucket[];
}

const BUCKET_MS = 10_000;
const MAX_BUCKETS = 720;

/**
 * Feed it every entry of one log in stored order, as sealing or playback reads them; then ask once. Several logs of one
 * line are fed one after the other: what came between them is no loss.
 */
export class QualityMeter {
  readonly #view = new RtpView();
  readonly #loss = new LossMeter((arrivalMs, missing) => {
    this.#at(arrivalMs).addPacket(missing);
  });
  #types = new PayloadTypes([]);
  #jitter = new JitterMeter();
  #late = new LateMeter();
  #ssrc: number | undefined;
  #bucketMs = BUCKET_MS;
  #buckets: QualityTally[] = [];

  push(entry: LogEntry): void {
    if (entry.kind === 'header') {
      this.#setCodecs(entry.header.codecs);
      this.#loss.interrupt();
    }
    if (entry.kind === 'rtp' || entry.kind === 'cut')
      this.#take(entry.bytes, entry.atMicros / 1000, entry.kind);
    if (entry.kind !== 'event') return;
    if (entry.event.type === 'codecs') this.#setCodecs(entry.event.codecs);
    if (entry.event.type === 'paused') this.#loss.interrupt();
  }

  finish(): QualityReport {
    this.#loss.finish();
    const all = new QualityTally();
    for (const bucket of this.#buckets) all.join(bucket);
    return {
      version: 1,
      codec: all.mainKey ?? null,
      summary: all.figures(),
      bucketMs: this.#bucketMs,
      buckets: this.#buckets.map((tally, i) => ({ offsetMs: i * this.#bucketMs, ...tally.figures() })),
    };
  }

  #setCodecs(codecs: readonly CodecDescription[]): void {
    this.#types = new PayloadTypes(codecs);
  }

  /** A packet that was cut out had come: it is not lost, and how it sounded is not told any more. */
  #take(bytes: Buffer, arrivalMs: number, kind: 'rtp' | 'cut'): void {
    const view = this.#view;
    if (!view.read(bytes)) return;
    if (view.ssrc !== this.#ssrc) {
      this.#ssrc = view.ssrc;
      this.#jitter = new JitterMeter();
      this.#late = new LateMeter();
    }
    const { codec, role, clockRate } = this.#types.of(view.payloadType);
    if (!this.#loss.add(view.ssrc, view.sequence, arrivalMs) || role === 'telephone-event') return;
    const late = this.#late.update(arrivalMs, this.#jitter.update(arrivalMs, view.timestamp, clockRate));
    if (role !== 'audio' || kind === 'cut') return;
    const key = qualityKey(codec, bytes.subarray(view.payloadAt, view.payloadEnd));
    this.#at(arrivalMs).addSound(key, this.#jitter.milliseconds, late);
  }

  #at(arrivalMs: number): QualityTally {
    while (arrivalMs >= this.#bucketMs * MAX_BUCKETS) this.#widen();
    const index = Math.floor(arrivalMs / this.#bucketMs);
    while (this.#buckets.length <= index) this.#buckets.push(new QualityTally());
    return this.#buckets[index] ?? new QualityTally();
  }

  #widen(): void {
    this.#bucketMs *= 2;
    const wider: QualityTally[] = [];
    for (const [i, bucket] of this.#buckets.entries()) {
      if (i % 2 === 0) wider.push(bucket);
      else wider.at(-1)?.join(bucket);
    }
    this.#buckets = wider;
  }
}

/** Measures a whole log. Fails as `readPacketLog`. */
export async function measureQuality(entries: AsyncIterable<LogEntry>): Promise<QualityReport> {
  const meter = new QualityMeter();
  for await (const entry of entries) meter.push(entry);
  return meter.finish();
}
