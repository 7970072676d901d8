/**
 * The stored form of one party's media, version 2: an append-only log of packets exactly as received.
 *
 * ```
 * "HFPL" version:u8   then records:   type:u8 length:u16 atMicros:u48 body[length]   (big-endian)
 * ```
 * Version 3 is written where a span was cut out (`cut-span.ts`): it may have records of packets of which only the place
 * is left, and is otherwise version 2. The first record is the header (JSON), at 0. `atMicros` is the arrival, in microseconds after the header's
 * `startedAtMs`, read from a clock that does not jump. Everything heard, drawn or measured later is a view over it.
 *
 * The log is kept inside authenticated encryption, so it has no checksums of its own: the reader refuses what
 * cannot be a log, and the vault's tag finds altered bytes.
 */
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { signalledClockSchema } from './clock-signalling.ts';
import { codecDescriptionSchema } from './codec-description.ts';

/** Says whose media this is and how its payload types read at the start. Version 1 knew no digits, clock or pauses. */
export const logHeaderSchema = z.object({
  version: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  /** The SDP label of the stream. */
  label: z.string().max(1024),
  codecs: z.array(codecDescriptionSchema).max(128),
  /** Wall clock at `atMicros` 0, in milliseconds since 1970. */
  startedAtMs: z.number().min(0).max(8.64e15),
  /** Whether key presses stand in the packets as they came, or were overwritten before storing; left out: kept. */
  digits: z.enum(['kept', 'masked']).optional(),
  /** The clock that the RTP timestamps follow, where the SDP signalled one. */
  clock: signalledClockSchema.optional(),
});
export type LogHeader = z.infer<typeof logHeaderSchema>;

/**
 * What happened to the stream between packets. From `paused` to `continued` the recorder itself stored nothing,
 * because somebody paused it, or because consent did not permit it (`why`).
 * `closed` is the last record of a log that ended in good order.
 */
export const logEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hold') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('paused'), why: z.literal('consent').optional() }),
  z.object({ type: z.literal('continued') }),
  z.object({ type: z.literal('codecs'), codecs: z.array(codecDescriptionSchema).max(128) }),
  z.object({ type: z.literal('source'), ssrc: z.int().min(0).max(0xffffffff) }),
  z.object({ type: z.literal('closed') }),
]);
export type LogEvent = z.infer<typeof logEventSchema>;

/** Record types as stored; the numbers never change meaning. */
export const RECORD = { header: 0, rtp: 1, rtcp: 2, event: 3, cut: 4 } as const;
export const MAGIC = Buffer.from('HFPL', 'latin1');
/** The version that recorders write. */
export const LOG_VERSION = 2;
/** The version of a log from which a span was cut, and the newest: readers take it and those before. */
export const CUT_LOG_VERSION = 3;
/** Magic and version. */
export const PREAMBLE_BYTES = MAGIC.length + 1;
/** Type, length and arrival of each record. */
export const RECORD_FRAME_BYTES = 9;
/** No record body is longer: one UDP datagram fits, and a reader never holds more than this for one record. */
export const MAX_BODY_BYTES = 0xffff;
const MAX_MICROS = 2 ** 48 - 1;

/** The bytes a log begins with. Fails with `invalid_input` when the header does not fit its schema. */
export function encodeLogHeader(header: LogHeader): Buffer {
  const record = encodeRecord(RECORD.header, 0, encodeJson(logHeaderSchema, header));
  return Buffer.concat([MAGIC, Buffer.from([header.version]), record]);
}

/** One RTP packet as it came off the wire (after SRTP, where there was any). The bytes are copied. */
export function encodePacketRecord(arrivalOffsetMicros: number, rtpBytes: Buffer): Buffer {
  return encodeRecord(RECORD.rtp, arrivalOffsetMicros, rtpBytes);
}

/** Bytes that a record with a body of this length takes in the log. */
export function recordBytes(bodyBytes: number): number {
  return RECORD_FRAME_BYTES + bodyBytes;
}

/**
 * The same record as `encodePacketRecord`, written into `target` from `offset` on, so that a path that sees every packet
 * allocates nothing. Returns the offset after it. `target` must have `recordBytes(rtpBytes.length)` bytes of room.
 */
export function encodePacketRecordInto(
  target: Buffer,
  offset: number,
  arrivalOffsetMicros: number,
  rtpBytes: Buffer,
): number {
  return writeRecord(target, offset, { type: RECORD.rtp, atMicros: arrivalOffsetMicros }, rtpBytes);
}

/** One RTCP compound as it came; sender reports let a later view align clocks better than arrival can. */
export function encodeRtcpRecord(arrivalOffsetMicros: number, rtcpBytes: Buffer): Buffer {
  return encodeRecord(RECORD.rtcp, arrivalOffsetMicros, rtcpBytes);
}

/** Fixed RTP header, then the playing time: all that is left of a packet that was cut out. */
export const CUT_BODY_BYTES = 16;
/** Stands for a playing time that only the next timestamp can tell. */
const UNKNOWN_UNITS = 0xffffffff;

/**
 * What is left of an RTP packet that was cut out: its arrival, the first twelve bytes of its header without extensions,
 * contributors and padding, and how long it played in units of its RTP clock (undefined where its payload does not say).
 * Nothing of its payload, nor of its length. Everything else keeps its place by it.
 */
export function encodeCutRecord(atMicros: number, rtpBytes: Buffer, units: number | undefined): Buffer {
  const body = Buffer.alloc(CUT_BODY_BYTES);
  rtpBytes.copy(body, 0, 0, 12);
  body.writeUInt8(0x80, 0);
  body.writeUInt32BE(Math.min(units ?? UNKNOWN_UNITS, UNKNOWN_UNITS), 12);
  return encodeRecord(RECORD.cut, atMicros, body);
}

/** The playing time in the body of such a record. */
export function cutUnits(body: Buffer): number | undefined {
  const units = body.readUInt32BE(12);
  return units === UNKNOWN_UNITS ? undefined : units;
}

/** One event between packets. */
export function encodeEventRecord(offsetMicros: number, event: LogEvent): Buffer {
  return encodeRecord(RECORD.event, offsetMicros, encodeJson(logEventSchema, event));
}

function encodeRecord(type: number, atMicros: number, body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(RECORD_FRAME_BYTES + body.length);
  writeRecord(out, 0, { type, atMicros }, body);
  return out;
}

function writeRecord(
  out: Buffer,
  offset: number,
  frame: { readonly type: number; readonly atMicros: number },
  body: Buffer,
): number {
  if (body.length > MAX_BODY_BYTES || offset + RECORD_FRAME_BYTES + body.length > out.length) {
    throw new HoldfastError(
      'invalid_input',
      `A packet log record holds at most ${MAX_BODY_BYTES} bytes and must fit its buffer; this one has ${body.length}. ` +
        'It was not written.',
    );
  }
  out.writeUInt8(frame.type, offset);
  out.writeUInt16BE(body.length, offset + 1);
  out.writeUIntBE(Math.min(MAX_MICROS, Math.max(0, Math.round(frame.atMicros))), offset + 3, 6);
  out.set(body, offset + RECORD_FRAME_BYTES);
  return offset + RECORD_FRAME_BYTES + body.length;
}

function encodeJson<T>(schema: z.ZodType<T>, value: T): Buffer {
  const checked = schema.safeParse(value);
  if (checked.success) return Buffer.from(JSON.stringify(checked.data), 'utf8');
  throw new HoldfastError(
    'invalid_input',
    'The header or event does not fit the packet log format, so it was not written. Correct the named field.',
    { field: `/${checked.error.issues[0]?.path.join('/') ?? ''}` },
  );
}
