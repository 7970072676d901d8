/** The key presses of one party as a view over its packet log: each once, however often its packets were repeated. */
import type { LogEntry } from './packet-log-reader.ts';
import { PayloadTypes } from './payload-types.ts';
import { parseRtp } from './rtp.ts';
import { parseTelephoneEvent } from './telephone-event.ts';

/** One press. JSON-able. */
export interface KeyPress {
  /** Arrival of its first packet, milliseconds since 1970. */
  readonly atMs: number;
  /** `0` to `9`, `*`, `#`, `A` to `D`, `flash`; null where digits were masked before storing, and for other signals. */
  readonly digit: string | null;
  readonly durationMs: number;
}

interface Pending {
  readonly ssrc: number;
  timestamp: number;
  readonly code: number;
  readonly clockRate: number;
  readonly atMs: number;
  readonly earlierUnits: number;
  units: number;
  ended: boolean;
}

const DIGITS = [...'0123456789*#ABCD', 'flash'];
/** A press longer than its 16-bit duration goes on under the timestamp where the first part ended (section 2.5.1.3). */
const LONGEST_UNITS = 0xffff;

/**
 * Feed it every entry of one log, or of several one after the other, in stored order; each call returns the press that
 * is now known to be over, if any. One whose end was lost has the length that its packets still told.
 */
export class KeyPresses {
  #types = new PayloadTypes([]);
  #startedAtMs = 0;
  #pending: Pending | undefined;

  push(entry: LogEntry): KeyPress | undefined {
    if (entry.kind === 'header') {
      this.#startedAtMs = entry.header.startedAtMs;
      this.#types = new PayloadTypes(entry.header.codecs);
    }
    if (entry.kind === 'event' && entry.event.type === 'codecs') {
      this.#types = new PayloadTypes(entry.event.codecs);
    }
    if (entry.kind === 'end') return this.#over(undefined);
    if (entry.kind !== 'rtp') return undefined;
    const next = readPress(entry.bytes, this.#types, this.#startedAtMs + entry.atMicros / 1000);
    return next === undefined ? undefined : this.#take(next);
  }

  #take(next: Pending): KeyPress | undefined {
    const pending = this.#pending;
    if (isOlder(next, pending)) return undefined;
    if (pending !== undefined && isSame(next, pending)) {
      pending.units = Math.max(pending.units, next.units);
      pending.ended ||= next.ended;
      return undefined;
    }
    if (pending !== undefined && goesOn(next, pending)) {
      const { atMs, earlierUnits, units } = pending;
      this.#pending = { ...next, atMs, earlierUnits: earlierUnits + units };
      return undefined;
    }
    return this.#over(next);
  }

  #over(next: Pending | undefined): KeyPress | undefined {
    const before = this.#pending;
    this.#pending = next;
    return before && toPress(before);
  }
}

function readPress(bytes: Buffer, types: PayloadTypes, atMs: number): Pending | undefined {
  const packet = parseRtp(bytes);
  if (packet === undefined) return undefined;
  const { role, clockRate } = types.of(packet.payloadType);
  const report = role === 'telephone-event' ? parseTelephoneEvent(packet.payload) : undefined;
  if (report === undefined) return undefined;
  const { ssrc, timestamp } = packet;
  const { code, duration: units, end: ended } = report;
  return { ssrc, timestamp, code, clockRate, atMs, earlierUnits: 0, units, ended };
}

function isSame(next: Pending, pending: Pending): boolean {
  return next.ssrc === pending.ssrc && next.timestamp === pending.timestamp && next.code === pending.code;
}

/** A repeated packet of a press before, overtaken by the next. */
function isOlder(next: Pending, pending: Pending | undefined): boolean {
  return next.ssrc === pending?.ssrc && ((next.timestamp - pending.timestamp) | 0) < 0;
}

function goesOn(next: Pending, pending: Pending): boolean {
  const ahead = (next.timestamp - pending.timestamp) | 0;
  return (
    next.ssrc === pending.ssrc && next.code === pending.code && !pending.ended && ahead === LONGEST_UNITS
  );
}

function toPress({ atMs, code, clockRate, earlierUnits, units }: Pending): KeyPress {
  return { atMs, digit: DIGITS[code] ?? null, durationMs: ((earlierUnits + units) * 1000) / clockRate };
}
