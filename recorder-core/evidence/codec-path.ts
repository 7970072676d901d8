import type { CodecDescription } from '../media/codec-description.ts';
import { readClockPlan } from '../media/clock-plan.ts';
import type { LogEntry } from '../media/packet-log-reader.ts';
import type { Part } from '../records/parts.ts';

/** How one media part came to be: what its packets were said to be and when, and by which clock they stand. */
export interface CodecPath {
  readonly part: string;
  /** When its log was opened, by the clock of the recorder; null where the log was cut before that. */
  readonly openedAt: string | null;
  /** Whether key presses stand in the packets as they came. */
  readonly digits: 'kept' | 'masked';
  /** What SDP agreed, from when on. */
  readonly negotiated: readonly { readonly from: string; readonly codecs: readonly CodecDescription[] }[];
  /** The clock that the source stated (RFC 7273), as the log has it. */
  readonly signalledClock: unknown;
  /** What the packets were placed by, and what was found wrong with better clocks. Null where arrival alone decides. */
  readonly clock: { readonly reference: string; readonly troubles: readonly string[] } | null;
  /** False for a log that a crash or a fault cut off. */
  readonly closed: boolean;
}

/** SDP is agreed anew at every hold; a source that never ends to do so is cut off here. */
const MOST_AGREEMENTS = 100;

type Path = { -readonly [Name in keyof CodecPath]: CodecPath[Name] };

/** Collects the codec paths of parts from the entries of their logs. */
export class CodecPaths {
  readonly #paths = new Map<string, Path>();
  readonly #startedAtMs = new Map<string, number>();

  /** Takes the next entry of a part's log. */
  push(part: Part, entry: LogEntry): void {
    const path = this.#pathOf(part);
    if (entry.kind === 'end') path.closed = entry.closed;
    if (entry.kind === 'header') {
      const { startedAtMs, codecs, digits = 'kept', clock = null } = entry.header;
      this.#startedAtMs.set(part.id, startedAtMs);
      path.openedAt = instant(startedAtMs);
      path.digits = digits;
      path.signalledClock = clock;
      path.negotiated = [{ from: path.openedAt, codecs }];
    }
    if (entry.kind === 'event' && entry.event.type === 'codecs' && path.negotiated.length < MOST_AGREEMENTS) {
      const from = instant((this.#startedAtMs.get(part.id) ?? 0) + entry.atMicros / 1000);
      path.negotiated = [...path.negotiated, { from, codecs: entry.event.codecs }];
    }
  }

  /** The path of a part; undefined while none of its log was seen. */
  of(partId: string): CodecPath | undefined {
    return this.#paths.get(partId);
  }

  #pathOf(part: Part): Path {
    const known = this.#paths.get(part.id);
    if (known !== undefined) return known;
    const plan = readClockPlan(part.clockPlan);
    const path: Path = {
      part: part.id,
      openedAt: null,
      digits: 'kept',
      negotiated: [],
      signalledClock: null,
      clock: plan === undefined ? null : { reference: plan.reference, troubles: plan.troubles },
      closed: false,
    };
    this.#paths.set(part.id, path);
    return path;
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
