/**
 * One party's packets on the wall clock: a view over the packet log, the same for the same log, at any time.
 *
 * Packets are put in order, tied to the wall clock by the least transit of their epoch, and laid end to end. What is
 * missing keeps its length and its reason. Memory is bounded by the reorder window, whatever the call's length.
 * Positions are ticks of 1/48,000 s from the origin, which is the log's own start unless another is given.
 */
import { ClockAnchor } from './clock-anchor.ts';
import type { CodecDescription } from './codec-description.ts';
import { payloadDuration } from './codec.ts';
import { MarkedPeriods } from './marked-periods.ts';
import type { MediaPacket } from './media-epochs.ts';
import { MediaEpochs } from './media-epochs.ts';
import type { LogEvent } from './packet-log.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { ReorderWindow } from './reorder-window.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND, toSampleGrid } from './timeline-clock.ts';

/**
 * Why a party is not heard. `paused`: the recorder itself stored nothing. `silence` is the sender's own (its timestamps ran on without packets), `clock` a break in
 * its RTP clock, `source-change` the time between two senders, `not-decodable` audio that is kept but cannot be played.
 */
export type GapReason =
  | 'not-started'
  | 'ended'
  | 'hold'
  | 'paused'
  | 'loss'
  | 'silence'
  | 'comfort-noise'
  | 'telephone-event'
  | 'source-change'
  | 'clock'
  | 'not-decodable';

/** A packet with its place. Places never overlap and never go back. */
export interface PlacedPacket {
  /** Where it is heard, in ticks; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Ticks at the front of the payload that are not heard, because the one before still sounds. */
  readonly skip: number;
  readonly codec: CodecDescription | undefined;
  readonly payload: Buffer;
  /** Why there is nothing between the packet before and this one; only when there is a gap. */
  readonly gapReason: GapReason | undefined;
}

/** Reordering and late confirmation reach this far in arrival time. */
const WINDOW = TICKS_PER_SECOND;
/** A flood shortens the window rather than filling the memory. */
const WINDOW_PACKETS = 4096;
/** No codec in telephony packs more than this into one packet. */
const LONGEST_PACKET = 200 * TICKS_PER_MS;
const USUAL_PACKET = 20 * TICKS_PER_MS;

export interface TimelineOptions {
  /** Wall clock of position 0, milliseconds since 1970; so that several parties share one origin. */
  readonly originMs?: number | undefined;
}

/** Feed it every entry of one log in order; each call returns what can now be placed for good. */
export class PartyTimeline {
  readonly #originMs: number | undefined;
  readonly #window = new ReorderWindow<MediaPacket>(WINDOW, WINDOW_PACKETS);
  readonly #anchor = new ClockAnchor();
  readonly #holds = new MarkedPeriods();
  readonly #pauses = new MarkedPeriods();
  readonly #epochs = new MediaEpochs();
  #shift = 0;
  #late = 0;
  #last: MediaPacket | undefined;
  #end = 0;
  #missing = 0;
  #reason: GapReason = 'not-started';
  #usual = USUAL_PACKET;

  constructor(options: TimelineOptions = {}) {
    this.#originMs = options.originMs;
  }

  /** End of the last packet placed, in ticks. */
  get end(): number {
    return this.#end;
  }

  /** Packets that came after their place had passed, and are not heard. */
  get late(): number {
    return this.#late;
  }

  /** Why nothing is heard from the end of the last packet until `to`, after everything was placed. */
  restReason(to: number): GapReason {
    return this.#standsStill(this.#end, to) ?? (this.#end === 0 ? 'not-started' : 'ended');
  }

  /** Takes one entry; the `end` entry places all that is left. */
  push(entry: LogEntry): PlacedPacket[] {
    switch (entry.kind) {
      case 'header':
        this.#epochs.codecs = entry.header.codecs;
        if (this.#originMs !== undefined) {
          this.#shift = (entry.header.startedAtMs - this.#originMs) * TICKS_PER_MS;
        }
        return [];
      case 'rtp':
        for (const packet of this.#epochs.read(entry.bytes, this.#ticks(entry.atMicros))) {
          if (!this.#window.add(packet)) this.#late++;
        }
        return this.#release(false);
      case 'event':
        this.#takeEvent(entry.event, this.#ticks(entry.atMicros));
        return this.#release(false);
      case 'rtcp':
        return [];
      case 'end':
        return this.#release(true);
    }
  }

  #ticks(micros: number): number {
    return (micros * TICKS_PER_MS) / 1000 + this.#shift;
  }

  #takeEvent(event: LogEvent, at: number): void {
    this.#window.advance(at);
    if (event.type === 'hold') this.#holds.begin(at);
    if (event.type === 'resume') this.#holds.end(at);
    if (event.type === 'paused') this.#pauses.begin(at);
    if (event.type === 'continued') this.#pauses.end(at);
    if (event.type === 'codecs') this.#epochs.codecs = event.codecs;
  }

  #release(flush: boolean): PlacedPacket[] {
    const placed: PlacedPacket[] = [];
    for (let packet = this.#window.take(flush); packet !== undefined; packet = this.#window.take(flush)) {
      const done = this.#place(packet);
      if (done !== undefined) placed.push(done);
    }
    return placed;
  }

  #place(packet: MediaPacket): PlacedPacket | undefined {
    const last = this.#last;
    const sameEpoch = last?.epoch === packet.epoch;
    if (last !== undefined && sameEpoch) this.#missing += packet.extended - last.extended - 1;
    if (packet.role === 'telephone-event') {
      this.#last = sameEpoch ? { ...packet, media: last.media, arrival: last.arrival } : last;
      this.#reason = this.#reason === 'not-started' ? 'not-started' : 'telephone-event';
      return undefined;
    }
    this.#last = packet;
    this.#tie(packet, last);
    if (packet.role === 'comfort-noise') {
      this.#reason = 'comfort-noise';
      return undefined;
    }
    return this.#lay(packet);
  }

  #tie(packet: MediaPacket, last: MediaPacket | undefined): void {
    if (last === undefined || !continues(last, packet)) {
      this.#anchor.begin(this.#runFrom(packet));
      if (last !== undefined) this.#reason = last.epoch === packet.epoch ? 'clock' : 'source-change';
      if (last?.epoch !== packet.epoch) this.#missing = 0;
    } else if (this.#anchor.follow(packet, () => this.#runFrom(packet))) {
      this.#reason = 'clock';
    }
  }

  /** The packet and what follows it in the window, as far as the sender's clock runs on without a break. */
  #runFrom(packet: MediaPacket): MediaPacket[] {
    const run = [packet];
    let before = packet;
    for (const next of this.#window.ahead) {
      if (next.role === 'telephone-event') continue;
      if (!continues(before, next)) break;
      run.push(next);
      before = next;
    }
    return run;
  }

  #lay(packet: MediaPacket): PlacedPacket | undefined {
    const length = this.#lengthOf(packet);
    this.#anchor.useSilence(this.#anchor.place(packet.media) - this.#end);
    const wanted = toSampleGrid(this.#anchor.place(packet.media));
    const start = Math.max(wanted, this.#end);
    const end = toSampleGrid(wanted + length);
    if (end <= start) return undefined;
    const gapReason = start > this.#end ? this.#gapReason(start) : undefined;
    this.#end = end;
    this.#missing = 0;
    this.#reason = 'silence';
    this.#holds.forgetBefore(end);
    this.#pauses.forgetBefore(end);
    return { start, end, skip: start - wanted, codec: packet.codec, payload: packet.payload, gapReason };
  }

  #gapReason(start: number): GapReason {
    return this.#standsStill(this.#end, start) ?? (this.#missing > 0 ? 'loss' : this.#reason);
  }

  /** What was not stored can be neither lost nor held: a pause of ours explains a gap before a hold does. */
  #standsStill(from: number, to: number): 'paused' | 'hold' | undefined {
    if (this.#pauses.overlaps(from, to)) return 'paused';
    return this.#holds.overlaps(from, to) ? 'hold' : undefined;
  }

  #lengthOf(packet: MediaPacket): number {
    const units = payloadDuration(packet.codec, packet.payload);
    if (units !== undefined) return (units * TICKS_PER_SECOND) / (packet.codec?.clockRate ?? 8000);
    const next = this.#window.ahead[0];
    const step =
      next?.extended === packet.extended + 1 && next.epoch === packet.epoch ? next.media - packet.media : 0;
    if (step > 0 && step <= LONGEST_PACKET) this.#usual = step;
    return this.#usual;
  }
}

/** Does the sender's clock run on from one packet to the next, or was it set anew between them? */
function continues(before: MediaPacket, next: MediaPacket): boolean {
  if (before.epoch !== next.epoch) return false;
  const media = next.media - before.media;
  if (media < 0) return false;
  if (media <= (next.extended - before.extended) * LONGEST_PACKET) return true;
  // Silence suppression: the timestamp leaps, and so does the wall clock.
  return Math.abs(media - (next.arrival - before.arrival)) <= TICKS_PER_SECOND;
}

/** The packets of one log in their places. Fails as `readPacketLog`. */
export async function* placePackets(
  entries: AsyncIterable<LogEntry>,
  options: TimelineOptions = {},
): AsyncGenerator<PlacedPacket, void, undefined> {
  const timeline = new PartyTimeline(options);
  for await (const entry of entries) yield* timeline.push(entry);
}
