/**
 * One party's line on the wall clock, though it may have several packet logs: a line that was closed and opened again,
 * or that was opened anew after a fault of the recorder, goes on in another log. The logs of a recording share one start.
 */
import type { ClockPlan } from './clock-plan.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { readPacketLog } from './packet-log-reader.ts';
import type { GapReason, PlacedPacket } from './timeline.ts';
import { PartyTimeline } from './timeline.ts';

/** One of the packet logs of a channel, and where its stretches stand (`planClocks`); without a plan, arrival decides. */
export interface LoggedPart {
  /** Read from its start, once, and closed when enough was read. */
  readonly log: AsyncIterable<Buffer>;
  readonly plan?: ClockPlan | undefined;
}

/**
 * Give it the logs in the order in which they were opened, each from its first entry to its `end`. The packets of all
 * logs together never overlap and never go back: what sounds first is heard to its end.
 */
export class ChannelTimeline {
  readonly #originMs: number | undefined;
  #timeline: PartyTimeline;
  /** The last log before this one of which something was heard. */
  #before: PartyTimeline | undefined;
  #beforeWasClosed = false;
  #wasClosed = false;
  #end = 0;
  #heard = false;

  /** `originMs` is the wall clock of position 0; left out, the start of the logs. */
  constructor(originMs?: number) {
    this.#originMs = originMs;
    this.#timeline = new PartyTimeline({ originMs });
  }

  /** End of the last packet placed, in ticks. */
  get end(): number {
    return this.#end;
  }

  /** The next log begins. */
  begin(plan: ClockPlan | undefined): void {
    if (this.#heard) {
      this.#before = this.#timeline;
      this.#beforeWasClosed = this.#wasClosed;
    }
    this.#timeline = new PartyTimeline({ originMs: this.#originMs, plan });
    this.#heard = false;
  }

  /** Takes one entry of the log; the `end` entry places all that is left of it. */
  push(entry: LogEntry): PlacedPacket[] {
    if (entry.kind === 'end') this.#wasClosed = entry.closed;
    return this.#timeline.push(entry).flatMap((packet) => this.#lay(packet));
  }

  /** Why nothing is heard from the end of the last packet until `to`, after everything was placed. */
  restReason(to: number): GapReason {
    const own = this.#timeline.restReason(to);
    return own === 'not-started' && this.#before !== undefined ? this.#before.restReason(to) : own;
  }

  #lay(packet: PlacedPacket): PlacedPacket[] {
    const start = Math.max(packet.start, this.#end);
    if (packet.end <= start) return [];
    const gapReason = start > this.#end ? this.#gapReason(packet) : undefined;
    this.#heard = true;
    this.#end = packet.end;
    return [{ ...packet, start, skip: packet.skip + start - packet.start, gapReason }];
  }

  /** Before the first packet of a later log its own timeline knows only that it had not begun. */
  #gapReason({ start, gapReason }: PlacedPacket): GapReason | undefined {
    if (this.#heard || this.#before === undefined || gapReason !== 'not-started') return gapReason;
    const rest = this.#before.restReason(start);
    if (rest !== 'ended') return rest;
    return this.#beforeWasClosed ? 'closed' : 'loss';
  }
}

/** The packets of all logs of a channel in their places. Fails as `readPacketLog`. */
export async function* placeChannel(
  parts: readonly LoggedPart[],
  originMs?: number,
): AsyncGenerator<PlacedPacket, void, undefined> {
  const timeline = new ChannelTimeline(originMs);
  for (const { log, plan } of parts) {
    timeline.begin(plan);
    for await (const entry of readPacketLog(log)) yield* timeline.push(entry);
  }
}
