/**
 * One party's packets on the wall clock: a view over the packet log, the same for the same log, at any time.
 *
 * Packets are put in order, tied to the wall clock by a plan or by their least transit, and laid end to end. What is
 * missing keeps its length and its reason. Memory is bounded by the reorder window, whatever the call's length.
 * Positions are ticks of 1/48,000 s from the origin, which is the log's own start unless another is given.
 */
import type { ClockPlan } from './clock-plan.ts';
import { plannedOffset } from './clock-plan.ts';
import { ClockStretches, LONGEST_PACKET } from './clock-stretches.ts';
import type { CodecDescription } from './codec-description.ts';
import { payloadDuration } from './codec.ts';
import { MarkedPeriods } from './marked-periods.ts';
import type { MediaPacket } from './media-epochs.ts';
import { OffsetSlew } from './offset-slew.ts';
import { OrderedMedia, ticksOf } from './ordered-media.ts';
import type { LogEvent } from './packet-log.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND, toSampleGrid } from './timeline-clock.ts';

/**
 * Why a party is not heard. `paused`: the recorder itself stored nothing; `withheld`: consent did not permit it. `closed`: its line was closed, and opened again
 * later. `silence` is the sender's own (its timestamps ran on without packets), `clock` a break in its RTP clock,
 * `source-change` the time between two senders, `not-decodable` audio that is kept but cannot be played, `cut` what was cut out later.
 */
export type GapReason =
  | 'not-started'
  | 'ended'
  | 'hold'
  | 'paused'
  | 'withheld'
  | 'closed'
  | 'loss'
  | 'silence'
  | 'comfort-noise'
  | 'telephone-event'
  | 'source-change'
  | 'clock'
  | 'not-decodable'
  | 'cut';

/** A packet with its place. Places never overlap and never go back. */
export interface PlacedPacket {
  /** Where it is heard, in ticks; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Ticks at the front of the payload that are not heard, because the one before still sounds. */
  readonly skip: number;
  readonly codec: CodecDescription | undefined;
  readonly payload: Buffer;
  /** Which packet of its log it is, counted from 0. */
  readonly record: number;
  /** True where its sound was cut out: it has its place, no codec and no payload. */
  readonly cut: boolean;
  /** Why there is nothing between the packet before and this one; only when there is a gap. */
  readonly gapReason: GapReason | undefined;
}

const USUAL_PACKET = 20 * TICKS_PER_MS;

export interface TimelineOptions {
  /** Wall clock of position 0, milliseconds since 1970; so that several parties share one origin. */
  readonly originMs?: number | undefined;
  /** Where a survey of the log wants its stretches (`planClocks`); left out, arrival alone decides. */
  readonly plan?: ClockPlan | undefined;
}

/** Feed it every entry of one log in order; each call returns what can now be placed for good. */
export class PartyTimeline {
  readonly #originMs: number | undefined;
  readonly #plan: ClockPlan | undefined;
  readonly #media = new OrderedMedia();
  readonly #stretches = new ClockStretches();
  readonly #slew = new OffsetSlew();
  readonly #holds = new MarkedPeriods();
  readonly #pauses = new MarkedPeriods();
  readonly #withheld = new MarkedPeriods();
  #shift = 0;
  #last: MediaPacket | undefined;
  #end = 0;
  #missing = 0;
  #reason: GapReason = 'not-started';
  #usual = USUAL_PACKET;

  constructor(options: TimelineOptions = {}) {
    this.#originMs = options.originMs;
    this.#plan = options.plan;
  }

  /** End of the last packet placed, in ticks. */
  get end(): number {
    return this.#end;
  }

  /** Packets that came after their place had passed, and are not heard. */
  get late(): number {
    return this.#media.late;
  }

  /** Why nothing is heard from the end of the last packet until `to`, after everything was placed. */
  restReason(to: number): GapReason {
    return this.#standsStill(this.#end, to) ?? (this.#end === 0 ? 'not-started' : 'ended');
  }

  /** Takes one entry; the `end` entry places all that is left. */
  push(entry: LogEntry): PlacedPacket[] {
    this.#media.push(entry);
    if (entry.kind === 'header' && this.#originMs !== undefined) {
      this.#shift = (entry.header.startedAtMs - this.#originMs) * TICKS_PER_MS;
    }
    if (entry.kind === 'event') this.#takeEvent(entry.event, ticksOf(entry.atMicros) + this.#shift);
    const placed: PlacedPacket[] = [];
    for (let packet = this.#media.take(); packet !== undefined; packet = this.#media.take()) {
      const done = this.#place(packet);
      if (done !== undefined) placed.push(done);
    }
    return placed;
  }

  #takeEvent(event: LogEvent, at: number): void {
    if (event.type === 'hold') this.#holds.begin(at);
    if (event.type === 'resume') this.#holds.end(at);
    if (event.type === 'paused') (event.why === 'consent' ? this.#withheld : this.#pauses).begin(at);
    if (event.type === 'continued') {
      this.#pauses.end(at);
      this.#withheld.end(at);
    }
  }

  #place(packet: MediaPacket): PlacedPacket | undefined {
    const last = this.#last;
    const sameEpoch = last?.epoch === packet.epoch;
    if (sameEpoch) this.#missing += packet.extended - last.extended - 1;
    const begun = this.#stretches.take(packet, this.#media.ahead);
    if (packet.role === 'telephone-event') {
      if (sameEpoch) this.#last = packet;
      this.#reason = this.#reason === 'not-started' ? 'not-started' : 'telephone-event';
      return undefined;
    }
    this.#last = packet;
    if (begun !== undefined) {
      this.#slew.set(this.#wanted(packet));
      if (begun !== 'start') this.#reason = begun;
      if (begun === 'source-change') this.#missing = 0;
    }
    if (packet.role === 'comfort-noise') {
      this.#reason = 'comfort-noise';
      return undefined;
    }
    return this.#lay(packet);
  }

  /** Where the packet's clock wants it: wall clock minus media time. */
  #wanted(packet: MediaPacket): number {
    const planned = this.#plan && plannedOffset(this.#plan, this.#stretches.index, packet.media);
    return (planned ?? this.#stretches.offset) + this.#shift;
  }

  #lay(packet: MediaPacket): PlacedPacket | undefined {
    const length = this.#lengthOf(packet);
    const gap = packet.media + this.#slew.offset - this.#end;
    const silence = this.#missing > 0 ? 0 : gap;
    if (this.#slew.approach(this.#wanted(packet), packet.media, silence)) this.#reason = 'clock';
    const wanted = toSampleGrid(packet.media + this.#slew.offset);
    const start = Math.max(wanted, this.#end);
    const end = toSampleGrid(wanted + length);
    if (end <= start) return undefined;
    const gapReason = start > this.#end ? this.#gapReason(start) : undefined;
    this.#end = end;
    this.#missing = 0;
    this.#reason = 'silence';
    this.#holds.forgetBefore(end);
    this.#pauses.forgetBefore(end);
    this.#withheld.forgetBefore(end);
    const { payload, record } = packet;
    const cut = packet.cut !== undefined;
    const codec = cut ? undefined : packet.codec;
    return { start, end, skip: start - wanted, codec, payload, record, cut, gapReason };
  }

  #gapReason(start: number): GapReason {
    return this.#standsStill(this.#end, start) ?? (this.#missing > 0 ? 'loss' : this.#reason);
  }

  /** What was not stored can be neither lost nor held: a pause of ours explains a gap before a hold does. */
  #standsStill(from: number, to: number): 'withheld' | 'paused' | 'hold' | undefined {
    if (this.#withheld.overlaps(from, to)) return 'withheld';
    if (this.#pauses.overlaps(from, to)) return 'paused';
    return this.#holds.overlaps(from, to) ? 'hold' : undefined;
  }

  #lengthOf(packet: MediaPacket): number {
    const units = packet.cut === undefined ? payloadDuration(packet.codec, packet.payload) : packet.cut.units;
    if (units !== undefined) return (units * TICKS_PER_SECOND) / (packet.codec?.clockRate ?? 8000);
    const next = this.#media.ahead[0];
    const step =
      next?.extended === packet.extended + 1 && next.epoch === packet.epoch ? next.media - packet.media : 0;
    if (step > 0 && step <= LONGEST_PACKET) this.#usual = step;
    return this.#usual;
  }
}

/** The packets of one log in their places. Fails as `readPacketLog`. */
export async function* placePackets(
  entries: AsyncIterable<LogEntry>,
  options: TimelineOptions = {},
): AsyncGenerator<PlacedPacket, void, undefined> {
  const timeline = new PartyTimeline(options);
  for await (const entry of entries) yield* timeline.push(entry);
}
