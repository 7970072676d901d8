/** Which packets of a log go where a span of time is cut out of it: all that sounds, or tells of a key, within the span. */
import type { ClockPlan } from './clock-plan.ts';
import type { CodecDescription } from './codec-description.ts';
import { ticksOf } from './ordered-media.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { PayloadTypes } from './payload-types.ts';
import { RecordMarks } from './record-marks.ts';
import { RtpView } from './rtp-view.ts';
import { PartyTimeline, type PlacedPacket } from './timeline.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND } from './timeline-clock.ts';

/** Half-open, in milliseconds from the recording's start. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From where a log's packets are placed, as `TimelineOptions` has it. */
export interface CutOptions {
  readonly originMs: number;
  readonly plan: ClockPlan | undefined;
}

/** Clocks that a plan corrects may place a packet this much after it came, and networks may deliver it this late. */
const NEAR_BEFORE = 5 * TICKS_PER_SECOND;
const NEAR_AFTER = 30 * TICKS_PER_SECOND;

/**
 * Feed it every entry of the log in stored order, then ask of the packets in the same order by a `CutJudge`. A packet goes
 * that is heard within the span, or says again what was heard there (RFC 2198, Opus FEC). One that is heard nowhere, because
 * it was repeated or came too late, goes where it came near the span: nobody misses it, and it may say what was said there. Of
 * a key press that touches the span, every packet goes. RTCP and events stay: they say nothing.
 */
export class CutFinder {
  readonly #from: number;
  readonly #to: number;
  readonly #timeline: PartyTimeline;
  readonly #originMs: number;
  #shift = 0;
  #types = new PayloadTypes([]);
  readonly #view = new RtpView();
  /** Packets that came near the span, wherever they are heard. */
  readonly #near: number[] = [];
  #records = 0;
  /** Packets that are heard somewhere. */
  readonly placed = new RecordMarks();
  /** Those of them that go. */
  readonly cut = new Set<number>();
  /** Key presses of which a packet came within the span. */
  readonly presses = new Set<string>();

  constructor(span: TimeSpan, { originMs, plan }: CutOptions) {
    this.#from = span.fromMs * TICKS_PER_MS;
    this.#to = span.toMs * TICKS_PER_MS;
    this.#originMs = originMs;
    this.#timeline = new PartyTimeline({ originMs, plan });
  }

  push(entry: LogEntry): void {
    if (entry.kind === 'header') {
      this.#shift = (entry.header.startedAtMs - this.#originMs) * TICKS_PER_MS;
      this.#types = new PayloadTypes(entry.header.codecs);
    }
    if (entry.kind === 'event' && entry.event.type === 'codecs')
      this.#types = new PayloadTypes(entry.event.codecs);
    if (entry.kind === 'rtp') {
      this.#noteKey(entry.bytes, entry.atMicros);
      if (this.near(entry.atMicros)) this.#near.push(this.#records);
    }
    if (entry.kind === 'rtp' || entry.kind === 'cut') this.#records += 1;
    for (const packet of this.#timeline.push(entry)) this.#take(packet);
  }

  /** Whether nothing goes; ask after the end. */
  get isEmpty(): boolean {
    return this.cut.size === 0 && this.presses.size === 0 && this.#near.every((one) => this.placed.has(one));
  }

  #within(atMicros: number): boolean {
    return this.#came(atMicros, 0, 0);
  }

  /** Whether something came so near to the span that it may belong there though it has no place. */
  near(atMicros: number): boolean {
    return this.#came(atMicros, NEAR_BEFORE, NEAR_AFTER);
  }

  #came(atMicros: number, before: number, after: number): boolean {
    const at = ticksOf(atMicros) + this.#shift;
    return at >= this.#from - before && at < this.#to + after;
  }

  #noteKey(bytes: Buffer, atMicros: number): void {
    const view = this.#view;
    if (!this.#within(atMicros) || !view.read(bytes)) return;
    if (this.#types.of(view.payloadType).role === 'telephone-event') this.presses.add(pressOf(view));
  }

  #take({ record, start, end, skip, codec, payload, cut }: PlacedPacket): void {
    this.placed.add(record);
    if (cut) return;
    const says = start - skip - repeatedBefore(codec, payload, end - start + skip);
    if (says < this.#to && end > this.#from) this.cut.add(record);
  }
}

/** A press is told by several packets with the time of its beginning (RFC 4733 section 2.5.1.1). */
export function pressOf({ ssrc, timestamp }: RtpView): string {
  return `${ssrc}/${timestamp}`;
}

const RED_HEADER_BYTES = 4;

/** How far before its own place a packet says again what was said, in ticks. */
function repeatedBefore(codec: CodecDescription | undefined, payload: Buffer, length: number): number {
  const name = codec?.name.toUpperCase();
  // In-band FEC repeats the frame before (RFC 6716 section 2.1.7); whether it is there, only decoding would tell.
  if (name === 'OPUS') return length;
  if (name !== 'RED' || codec === undefined) return 0;
  let furthest = 0;
  for (let at = 0; at + RED_HEADER_BYTES <= payload.length; at += RED_HEADER_BYTES) {
    if ((payload.readUInt8(at) & 0x80) === 0) break;
    furthest = Math.max(furthest, payload.readUInt16BE(at + 1) >> 2);
  }
  return (furthest * TICKS_PER_SECOND) / codec.clockRate;
}
