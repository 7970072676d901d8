/** Reads a packet log back from chunks of any size, holding at most one record beyond the chunk in hand. */
import type { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import type { LogEvent, LogHeader } from './packet-log.ts';
import {
  CUT_BODY_BYTES,
  CUT_LOG_VERSION,
  cutUnits,
  logEventSchema,
  logHeaderSchema,
  MAGIC,
  PREAMBLE_BYTES,
  RECORD,
  RECORD_FRAME_BYTES,
} from './packet-log.ts';

/**
 * What a log yields, in stored order. `bytes` are views that stay valid. `header` comes first and once, unless the
 * log was cut before it; `end` comes last and always.
 */
export type LogEntry =
  | { readonly kind: 'header'; readonly header: LogHeader }
  | { readonly kind: 'rtp' | 'rtcp'; readonly atMicros: number; readonly bytes: Buffer }
  | CutPacket
  | { readonly kind: 'event'; readonly atMicros: number; readonly event: LogEvent }
  | LogEnd;

/** A packet that was cut out of the log: `bytes` is an RTP header without a payload, `units` how long it played. */
export interface CutPacket {
  readonly kind: 'cut';
  readonly atMicros: number;
  readonly bytes: Buffer;
  readonly units: number | undefined;
}

/** How the log ended. */
export interface LogEnd {
  readonly kind: 'end';
  /** True when the last record was cut off, as by a crash; everything before it was read. */
  readonly truncated: boolean;
  /** True when the recorder closed the log in good order. */
  readonly closed: boolean;
}

/** Incremental reader; `readPacketLog` is the usual way to use it. */
export class PacketLogReader {
  #rest: Buffer = Buffer.alloc(0);
  #preambleRead = false;
  #version = 0;
  #headerRead = false;
  #closed = false;

  /**
   * Takes the next bytes and returns the records they complete.
   * Fails with `integrity_failed` when the bytes cannot be a packet log, with `unsupported` for a later version.
   */
  push(chunk: Buffer): LogEntry[] {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const entries: LogEntry[] = [];
    let offset = 0;
    if (!this.#preambleRead) {
      checkPreamble(data);
      if (data.length < PREAMBLE_BYTES) {
        this.#rest = data;
        return entries;
      }
      this.#preambleRead = true;
      this.#version = data.readUInt8(MAGIC.length);
      offset = PREAMBLE_BYTES;
    }
    while (offset + RECORD_FRAME_BYTES <= data.length) {
      this.#checkType(data.readUInt8(offset));
      const end = offset + RECORD_FRAME_BYTES + data.readUInt16BE(offset + 1);
      if (end > data.length) break;
      entries.push(this.#decode(data.subarray(offset, end)));
      offset = end;
    }
    this.#rest = data.subarray(offset);
    return entries;
  }

  /** Call once, after the last chunk. */
  end(): LogEnd {
    return { kind: 'end', truncated: this.#rest.length > 0 || !this.#headerRead, closed: this.#closed };
  }

  #checkType(type: number): void {
    const last = this.#version >= CUT_LOG_VERSION ? RECORD.cut : RECORD.event;
    if (type > last) throw corrupt(`record type ${type}`);
    if ((type === RECORD.header) === this.#headerRead) throw corrupt('header missing or repeated');
    if (this.#closed) throw corrupt('record after the log was closed');
  }

  #decode(record: Buffer): LogEntry {
    const type = record.readUInt8(0);
    const atMicros = record.readUIntBE(3, 6);
    const bytes = record.subarray(RECORD_FRAME_BYTES);
    if (type === RECORD.rtp) return { kind: 'rtp', atMicros, bytes };
    if (type === RECORD.rtcp) return { kind: 'rtcp', atMicros, bytes };
    if (type === RECORD.cut) {
      if (bytes.length !== CUT_BODY_BYTES) throw corrupt('a packet that was cut out has a content');
      return { kind: 'cut', atMicros, bytes: bytes.subarray(0, 12), units: cutUnits(bytes) };
    }
    if (type === RECORD.header) {
      this.#headerRead = true;
      return { kind: 'header', header: decodeJson(logHeaderSchema, bytes, 'header') };
    }
    const event = decodeJson(logEventSchema, bytes, 'event');
    this.#closed = event.type === 'closed';
    return { kind: 'event', atMicros, event };
  }
}

/** Yields every entry of a log, `end` last. Errors as `PacketLogReader.push`, plus those of the source. */
export async function* readPacketLog(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<LogEntry, void, undefined> {
  const reader = new PacketLogReader();
  for await (const chunk of chunks) yield* reader.push(chunk);
  yield reader.end();
}

function checkPreamble(data: Buffer): void {
  const known = Math.min(data.length, MAGIC.length);
  if (data.compare(MAGIC, 0, known, 0, known) !== 0) throw corrupt('magic');
  const version = data[MAGIC.length];
  if (version !== undefined && (version === 0 || version > CUT_LOG_VERSION)) {
    throw new HoldfastError(
      'unsupported',
      `This recording's packet log has format version ${version} and this release reads versions up to ${CUT_LOG_VERSION}. ` +
        'Read it with the release that wrote it or a later one.',
    );
  }
}

function decodeJson<T>(schema: z.ZodType<T>, bytes: Buffer, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw corrupt(`${what} is not JSON`, cause);
  }
  const checked = schema.safeParse(value);
  if (!checked.success) throw corrupt(`${what} does not fit its schema`, checked.error);
  return checked.data;
}

function corrupt(detail: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'The stored packet log is damaged, so nothing of it is played. Verify the recording and restore the part from a copy.',
    { detail, cause },
  );
}
