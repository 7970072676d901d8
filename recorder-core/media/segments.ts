/** The timeline told as a list: where a party is heard, where not, and why. */
import { ChannelTimeline } from './channel-timeline.ts';
import type { ClockPlan } from './clock-plan.ts';
import { isDecodable } from './codec.ts';
import type { SpeechDecoder } from './codecs/speech-decoder.ts';
import type { LogEntry } from './packet-log-reader.ts';
import type { GapReason, PlacedPacket } from './timeline.ts';
import { TICKS_PER_MS } from './timeline-clock.ts';

/** One stretch. Stretches follow each other without holes; neighbours differ in kind or reason. JSON-able. */
export type Segment =
  | { readonly kind: 'audio'; readonly offsetMs: number; readonly durationMs: number }
  | {
      readonly kind: 'gap';
      readonly offsetMs: number;
      readonly durationMs: number;
      readonly reason: GapReason;
    };

export interface SegmentOptions {
  /** Wall clock of offset 0; left out, the start of the logs. */
  readonly originMs?: number | undefined;
  /** The recording's length; the segments add up to exactly this. Left out: up to the last packet's end. */
  readonly durationMs?: number | undefined;
  /** Plays AMR, AMR-WB and G.729; without it they are `not-decodable`. */
  readonly speech?: SpeechDecoder | undefined;
}

/**
 * Feed it the logs of one channel as `ChannelTimeline` takes them; each call returns the segments that are now whole, in
 * order, adjacent ones of a kind joined. Ask `finish` once for the rest.
 */
export class ChannelSegments {
  readonly #options: SegmentOptions;
  readonly #timeline: ChannelTimeline;
  readonly #joiner: SegmentJoiner;

  constructor(options: SegmentOptions = {}) {
    this.#options = options;
    this.#timeline = new ChannelTimeline(options.originMs);
    this.#joiner = new SegmentJoiner(options.durationMs ?? Infinity);
  }

  /** The next log of the channel begins. */
  begin(plan?: ClockPlan): void {
    this.#timeline.begin(plan);
  }

  push(entry: LogEntry): Segment[] {
    const found: Segment[] = [];
    for (const packet of this.#timeline.push(entry)) {
      found.push(...this.#joiner.add(packet.start, packet.gapReason ?? 'silence'));
      found.push(...this.#joiner.add(packet.end, heardAs(packet, this.#options.speech)));
    }
    return found;
  }

  finish(): Segment[] {
    const { durationMs } = this.#options;
    const total = durationMs === undefined ? this.#timeline.end : durationMs * TICKS_PER_MS;
    return [...this.#joiner.add(total, this.#timeline.restReason(total)), ...this.#joiner.finish()];
  }
}

function heardAs(packet: PlacedPacket, speech: SpeechDecoder | undefined): GapReason | undefined {
  if (packet.cut) return 'cut';
  return isDecodable(packet.codec, speech) ? undefined : 'not-decodable';
}

/** Joins stretches of the same kind; `undefined` stands for audio. */
class SegmentJoiner {
  readonly #limit: number;
  #from = 0;
  #to = 0;
  #reason: GapReason | undefined;

  constructor(durationMs: number) {
    this.#limit = durationMs * TICKS_PER_MS;
  }

  *add(until: number, reason: GapReason | undefined): Generator<Segment, void, undefined> {
    const to = Math.min(until, this.#limit);
    if (to <= this.#to) return;
    if (reason !== this.#reason) {
      yield* this.finish();
      this.#reason = reason;
    }
    this.#to = to;
  }

  *finish(): Generator<Segment, void, undefined> {
    if (this.#to > this.#from) {
      const offsetMs = this.#from / TICKS_PER_MS;
      const durationMs = (this.#to - this.#from) / TICKS_PER_MS;
      yield this.#reason === undefined
        ? { kind: 'audio', offsetMs, durationMs }
        : { kind: 'gap', offsetMs, durationMs, reason: this.#reason };
    }
    this.#from = this.#to;
  }
}
