import { HoldfastError } from '../../../errors.ts';
import type { CodecDescription } from '../../../media/codec-description.ts';

/** The codecs that the recording client sends, by the names of `--codec`. */
export type CodecName = 'pcmu' | 'pcma' | 'g722' | 'opus' | 'amr' | 'amr-wb' | 'g729' | 'g726-32';

/** A codec as the client offers it, and what a packet of it may hold. */
export interface ClientCodec extends CodecDescription {
  readonly codec: CodecName;
  /** Packet times are multiples of this, in ms. */
  readonly frameMs: number;
  /** Payload type of key presses on the same RTP clock (RFC 4733 section 2.1). */
  readonly eventPayloadType: number;
}

/** Payload types of key presses by RTP clock. */
const EVENT_TYPES: Readonly<Record<number, number>> = { 8000: 101, 16_000: 102, 48_000: 107 };
const LONGEST_PACKET_MS = 120;

/** Payload types: static where RFC 3551 fixes one, else those that most products use. */
const CODECS: readonly ClientCodec[] = [
  entry('pcmu', { payloadType: 0, name: 'PCMU' }),
  entry('pcma', { payloadType: 8, name: 'PCMA' }),
  // The RTP clock of G.722 runs at 8000 Hz though it samples at 16,000 (RFC 3551 section 4.5.2).
  entry('g722', { payloadType: 9, name: 'G722' }),
  entry('opus', {
    payloadType: 111,
    name: 'opus',
    clockRate: 48_000,
    channels: 2,
    fmtp: 'useinbandfec=1',
    frameMs: 10,
  }),
  entry('amr', { payloadType: 98, name: 'AMR', fmtp: 'octet-align=1', frameMs: 20 }),
  entry('amr-wb', {
    payloadType: 96,
    name: 'AMR-WB',
    clockRate: 16_000,
    fmtp: 'octet-align=1',
    frameMs: 20,
  }),
  entry('g729', { payloadType: 18, name: 'G729', fmtp: 'annexb=no', frameMs: 10 }),
  entry('g726-32', { payloadType: 2, name: 'G726-32' }),
];

function entry(
  codec: CodecName,
  given: Partial<ClientCodec> & Pick<ClientCodec, 'payloadType' | 'name'>,
): ClientCodec {
  const { clockRate = 8000, channels = 1, frameMs = 1 } = given;
  return {
    codec,
    ...given,
    clockRate,
    channels,
    frameMs,
    eventPayloadType: EVENT_TYPES[clockRate] ?? 101,
  };
}

/** All names, G.711 first. */
export function codecNames(): CodecName[] {
  return CODECS.map(({ codec }) => codec);
}

/** The codec of a name. @throws HoldfastError `invalid_input` for a name that is none of `codecNames()`. */
export function clientCodec(name: string): ClientCodec {
  const found = CODECS.find(({ codec }) => codec === name.toLowerCase());
  if (found !== undefined) return found;
  throw new HoldfastError(
    'invalid_input',
    `The recording client does not send the codec asked for; choose one of ${codecNames().join(', ')}.`,
    { field: 'codec' },
  );
}

/** @throws HoldfastError `invalid_input` unless the packet time, in ms, is one the codec can be cut into. */
export function checkPacketTime(codec: ClientCodec, ptimeMs: number): void {
  if (Number.isInteger(ptimeMs / codec.frameMs) && ptimeMs > 0 && ptimeMs <= LONGEST_PACKET_MS) return;
  throw new HoldfastError(
    'invalid_input',
    `${codec.name} is sent in packets of a multiple of ${codec.frameMs} ms, at most ${LONGEST_PACKET_MS} ms; choose another packet time.`,
    { field: 'ptime' },
  );
}
