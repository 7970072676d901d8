/**
 * The stored form of one party's media, version 1: an append-only log of packets exactly as received.
 *
 * ```
 * "HFPL" version:u8   then records:   type:u8 length:u16 atMicros:u48 body[length]   (big-endian)
 * ```
 * The first record is the header (JSON), at 0. `atMicros` is the arrival, in microseconds after the header's
 * `startedAtMs`, read from a clock that does not jump. Everything heard, drawn or measured later is a view over it.
 *
 * The log is kept inside authenticated encryption, so it has no checksums of its own: the reader refuses what
 * cannot be a log, and the vault's tag finds altered bytes.
 */
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { codecDescriptionSchema } from './codec-description.ts';

/** Says whose media this is and how its payload types read at the start. */
export const logHeaderSchema = z.object({
  version: z.literal(1),
  /** The SDP label of the stream. */
  label: z.string().max(1024),
  codecs: z.array(codecDescriptionSchema).max(128),
  /** Wall clock at `atMicros` 0, in milliseconds since 1970. */
  startedAtMs: z.number().min(0).max(8.64e15),
});
export type LogHeader = z.infer<typeof logHeaderSchema>;

/** What happened to the stream between packets. `closed` is the last record of a log that ended in good order. */
export const logEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hold') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('codecs'), codecs: z.array(codecDescriptionSchema).max(128) }),
  z.object({ type: z.literal('source'), ssrc: z.int().min(0).max(0xffffffff) }),
  z.object({ type: z.literal('closed') }),
]);
export type LogEvent = z.infer<typeof logEventSchema>;

/** Record types as stored; the numbers never change meaning. */
export const RECORD = { header: 0, rtp: 1, rtcp: 2, event: 3 } as const;
export const MAGIC = Buffer.from('HFPL', 'latin1');
export const LOG_VERSION = 1;
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
  return Buffer.concat([MAGIC, Buffer.from([LOG_VERSION]), record]);
}

/** One RTP packet as it came off the wire (after SRTP, where there was any). The bytes are copied. */
export function encodePacketRecord(arrivalOffsetMicros: number, rtpBytes: Buffer): Buffer {
  return encodeRecord(RECORD.rtp, arrivalOffsetMicros, rtpBytes);
}

/** One RTCP compound as it came; sender reports let a later view align clocks better than arrival can. */
export function encodeRtcpRecord(arrivalOffsetMicros: number, rtcpBytes: Buffer): Buffer {
  return encodeRecord(RECORD.rtcp, arrivalOffsetMicros, rtcpBytes);
}

/** One event between packets. */
export function encodeEventRecord(offsetMicros: number, event: LogEvent): Buffer {
  return encodeRecord(RECORD.event, offsetMicros, encodeJson(logEventSchema, event));
}

function encodeRecord(type: number, atMicros: number, body: Buffer): Buffer {
  if (body.length > MAX_BODY_BYTES) {
    throw new HoldfastError(
      'invalid_input',
      `A packet log record holds at most ${MAX_BODY_BYTES} bytes and this one has ${body.length}. It was not written.`,
    );
  }
  const micros = Math.min(MAX_MICROS, Math.max(0, Math.round(atMicros)));
  const out = Buffer.allocUnsafe(RECORD_FRAME_BYTES + body.length);
  out[0] = type;
  out.writeUInt16BE(body.length, 1);
  out.writeUIntBE(micros, 3, 6);
  body.copy(out, RECORD_FRAME_BYTES);
  return out;
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
