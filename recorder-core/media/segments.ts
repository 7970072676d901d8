/** The timeline told as a list: where a party is heard, where not, and why. */
import { isDecodable } from './codec.ts';
import type { SpeechDecoder } from './codecs/speech-decoder.ts';
import type { LogEntry } from './packet-log-reader.ts';
import type { GapReason, PlacedPacket, TimelineOptions } from './timeline.ts';
import { PartyTimeline } from './timeline.ts';
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

export interface SegmentOptions extends TimelineOptions {
  /** The recording's length; the segments add up to exactly this. Left out: up to the last packet's end. */
  readonly durationMs?: number | undefined;
  /** Plays AMR, AMR-WB and G.729; without it they are `not-decodable`. */
  readonly speech?: SpeechDecoder | undefined;
}

/** Yields the segments of one log in order, adjacent ones of a kind joined. Fails as `readPacketLog`. */
export async function* timelineSegments(
  entries: AsyncIterable<LogEntry>,
  options: SegmentOptions = {},
): AsyncGenerator<Segment, void, undefined> {
  const timeline = new PartyTimeline(options);
  const joiner = new SegmentJoiner(options.durationMs ?? Infinity);
  for await (const entry of entries) {
    for (const packet of timeline.push(entry)) {
      yield* joiner.add(packet.start, packet.gapReason ?? 'silence');
      yield* joiner.add(packet.end, heardAs(packet, options.speech));
    }
  }
  const total = options.durationMs === undefined ? timeline.end : options.durationMs * TICKS_PER_MS;
  yield* joiner.add(total, timeline.restReason(total));
  yield* joiner.finish();
}

function heardAs(packet: PlacedPacket, speech: SpeechDecoder | undefined): GapReason | undefined {
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
