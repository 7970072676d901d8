/**
 * Reads one log for its clocks: by stretch, the least transit of every ten seconds, and what the sender states about
 * its own clock by RFC 7273 signalling or sender reports. `planClocks` makes plans of the surveys of a call's logs.
 */
import type { SignalledClock } from './clock-signalling.ts';
import { ClockStretches } from './clock-stretches.ts';
import type { MediaPacket } from './media-epochs.ts';
import { OrderedMedia } from './ordered-media.ts';
import type { LogEntry } from './packet-log-reader.ts';
import type { SenderReport } from './rtcp.ts';
import { parseRtcp } from './rtcp.ts';
import { ntpToUnixMs } from './sender-report-check.ts';
import { TICKS_PER_MS } from './timeline-clock.ts';

/** The packet with the least transit of some ten seconds; milliseconds from the log's start, media from its epoch's. */
export interface TransitBlock {
  readonly arrivalMs: number;
  readonly mediaMs: number;
}

/** One sender report in the media time of its stretch; the sender's wall clock in milliseconds since 1970. */
export interface ReportedTime {
  readonly ntpMs: number;
  readonly mediaMs: number;
  readonly arrivalMs: number;
}

/** Ties media time 0 of an epoch to its RTP timestamp, for clocks that timestamps tell. */
export interface TimestampAnchor {
  readonly mediaMs: number;
  readonly timestamp: number;
  readonly clockRate: number;
}

export interface SurveyedStretch {
  readonly ssrc: number;
  readonly anchor: TimestampAnchor;
  readonly blocks: readonly TransitBlock[];
  readonly reports: readonly ReportedTime[];
}

/** What one log says about its clocks. Plain data. */
export interface ClockSurvey {
  readonly startedAtMs: number;
  readonly clock: SignalledClock | undefined;
  /** Canonical names by SSRC, as the senders state them. */
  readonly cnames: ReadonlyMap<number, string>;
  readonly stretches: readonly SurveyedStretch[];
}

interface OpenStretch {
  readonly epoch: number;
  readonly ssrc: number;
  readonly anchor: TimestampAnchor;
  readonly fromMs: number;
  readonly blocks: TransitBlock[];
  readonly reports: ReportedTime[];
  block: { endMs: number; transitMs: number; arrivalMs: number; mediaMs: number };
}

const BLOCK_MS = 10_000;
/** Bounds for hostile logs; a call has some tens of stretches, a day 8,640 blocks, and 17,280 reports. */
const MAX_STRETCHES = 1_000;
const MAX_BLOCKS = 10_000;
const MAX_REPORTS = 20_000;
const MAX_SOURCES = 64;

/** Feed it every entry of one log in stored order, as sealing or playback reads them; then ask once. */
export class ClockSurveyor {
  readonly #media = new OrderedMedia();
  readonly #stretches = new ClockStretches();
  readonly #found: OpenStretch[] = [];
  readonly #reports: (ReportedTime & { epoch: number })[] = [];
  readonly #cnames = new Map<number, string>();
  #startedAtMs = 0;
  #clock: SignalledClock | undefined;
  #blocks = 0;

  push(entry: LogEntry): void {
    if (entry.kind === 'header') {
      this.#startedAtMs = entry.header.startedAtMs;
      this.#clock = entry.header.clock;
    }
    if (entry.kind === 'rtcp') this.#takeRtcp(entry.bytes, entry.atMicros / 1000);
    this.#media.push(entry);
    for (let packet = this.#media.take(); packet !== undefined; packet = this.#media.take())
      this.#take(packet);
  }

  /** After the `end` entry. */
  finish(): ClockSurvey {
    for (const stretch of this.#found) this.#closeBlock(stretch);
    for (const { epoch, ...report } of this.#reports) {
      const stretch = this.#found.findLast(
        (found) => found.epoch === epoch && found.fromMs <= report.arrivalMs,
      );
      stretch?.reports.push(report);
    }
    return {
      startedAtMs: this.#startedAtMs,
      clock: this.#clock,
      cnames: this.#cnames,
      stretches: this.#found.map(({ ssrc, anchor, blocks, reports }) => ({ ssrc, anchor, blocks, reports })),
    };
  }

  #takeRtcp(bytes: Buffer, arrivalMs: number): void {
    for (const packet of parseRtcp(bytes)) {
      if (packet.kind === 'sender-report') this.#takeReport(packet, arrivalMs);
      if (packet.kind !== 'source-description') continue;
      for (const { ssrc, cname } of packet.sources) {
        if (cname !== '' && this.#cnames.size < MAX_SOURCES) this.#cnames.set(ssrc, cname);
      }
    }
  }

  /** A report with no wall clock in it (NTP 0, RFC 3550 section 6.4.1) states nothing. */
  #takeReport(report: SenderReport, arrivalMs: number): void {
    const { ssrc, ntpSeconds, ntpFraction, rtpTimestamp } = report;
    const place = this.#media.locate(ssrc, rtpTimestamp);
    if (place === undefined || (ntpSeconds === 0 && ntpFraction === 0)) return;
    if (this.#reports.length >= MAX_REPORTS) return;
    this.#reports.push({
      epoch: place.epoch,
      ntpMs: ntpToUnixMs(ntpSeconds, ntpFraction),
      mediaMs: place.media / TICKS_PER_MS,
      arrivalMs,
    });
  }

  #take(packet: MediaPacket): void {
    if (packet.role === 'telephone-event') {
      this.#stretches.take(packet, this.#media.ahead);
      return;
    }
    const arrivalMs = packet.arrival / TICKS_PER_MS;
    const mediaMs = packet.media / TICKS_PER_MS;
    const begun = this.#stretches.take(packet, this.#media.ahead) !== undefined;
    if (begun && this.#found.length < MAX_STRETCHES) this.#found.push(open(packet, arrivalMs, mediaMs));
    const stretch = this.#found[this.#stretches.index];
    if (stretch === undefined) return;
    if (arrivalMs >= stretch.block.endMs) this.#closeBlock(stretch);
    const transitMs = arrivalMs - mediaMs;
    if (transitMs >= stretch.block.transitMs) return;
    const endMs = Number.isFinite(stretch.block.endMs) ? stretch.block.endMs : arrivalMs + BLOCK_MS;
    stretch.block = { endMs, transitMs, arrivalMs, mediaMs };
  }

  #closeBlock(stretch: OpenStretch): void {
    const { transitMs, arrivalMs, mediaMs } = stretch.block;
    if (Number.isFinite(transitMs) && this.#blocks++ < MAX_BLOCKS)
      stretch.blocks.push({ arrivalMs, mediaMs });
    stretch.block = { endMs: Infinity, transitMs: Infinity, arrivalMs: 0, mediaMs: 0 };
  }
}

function open(packet: MediaPacket, arrivalMs: number, mediaMs: number): OpenStretch {
  const { epoch, ssrc, timestamp, clockRate } = packet;
  return {
    epoch,
    ssrc,
    anchor: { mediaMs, timestamp, clockRate },
    fromMs: arrivalMs,
    blocks: [],
    reports: [],
    block: { endMs: Infinity, transitMs: Infinity, arrivalMs: 0, mediaMs: 0 },
  };
}

/** Surveys a whole log. Fails as `readPacketLog`. */
export async function surveyClocks(entries: AsyncIterable<LogEntry>): Promise<ClockSurvey> {
  const surveyor = new ClockSurveyor();
  for await (const entry of entries) surveyor.push(entry);
  return surveyor.finish();
}
