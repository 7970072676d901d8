/** How a payload type is to be read, as the SDP said it or as RFC 3551 fixes it. */
import { z } from 'zod';

/** The schema behind `CodecDescription`, for formats that store one. Bounds keep a hostile SDP out of the log. */
export const codecDescriptionSchema = z.strictObject({
  payloadType: z.int().min(0).max(127),
  name: z.string().min(1).max(64),
  clockRate: z.int().min(1).max(768_000),
  channels: z.int().min(1).max(8),
  fmtp: z.string().max(1024).optional(),
});

/** One rtpmap: encoding name as in SDP (compared without regard to case), RTP clock in Hz, channels, fmtp text. */
export type CodecDescription = z.infer<typeof codecDescriptionSchema>;

function fixed(payloadType: number, name: string, clockRate = 8000): CodecDescription {
  return { payloadType, name, clockRate, channels: 1 };
}

/** Static audio payload types (RFC 3551 section 6) plus the reserved comfort noise 19 that old senders use. */
const STATIC_CODECS = new Map(
  [
    fixed(0, 'PCMU'),
    fixed(2, 'G726-32'),
    fixed(3, 'GSM'),
    fixed(4, 'G723'),
    fixed(8, 'PCMA'),
    fixed(9, 'G722'),
    fixed(13, 'CN'),
    fixed(15, 'G728'),
    fixed(18, 'G729'),
    fixed(19, 'CN'),
  ].map((codec) => [codec.payloadType, codec] as const),
);

/**
 * What a payload type means: the negotiated entry, else the static one (a sender may use G.711 it never offered),
 * else `undefined`, which is an unknown codec and not an error.
 */
export function describePayloadType(
  payloadType: number,
  negotiated: readonly CodecDescription[],
): CodecDescription | undefined {
  return negotiated.find((codec) => codec.payloadType === payloadType) ?? STATIC_CODECS.get(payloadType);
}

/** What a packet of this codec is to the timeline: sound, silence by agreement, or a key press. */
export function codecRole(
  codec: CodecDescription | undefined,
): 'audio' | 'comfort-noise' | 'telephone-event' {
  const name = codec?.name.toUpperCase();
  if (name === 'CN') return 'comfort-noise';
  return name === 'TELEPHONE-EVENT' ? 'telephone-event' : 'audio';
}
