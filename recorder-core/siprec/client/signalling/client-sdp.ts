import { serializeSdp, type MediaDescription, type SdpAttribute } from '../../../sip/sdp.ts';
import { describeFormats, type OfferedFormat } from '../../offered-format.ts';
import type { ClientCodec } from '../tracks/client-codec.ts';

/** A media line as the recording client describes it. */
export interface ClientSdpLine {
  /** Undefined for sources that give none. */
  readonly label: string | undefined;
  /** 0 closes the line. */
  readonly port: number;
  readonly codec: ClientCodec;
  /** Where the recorder's own offer gave the codec another number. */
  readonly payloadType?: number;
  readonly ptimeMs: number;
  readonly direction: 'sendonly' | 'inactive';
  /** The connection address is the null address, an old way to say hold (RFC 3264 section 8.4). */
  readonly nullAddress?: boolean;
  /** `a=crypto` values; the line is then of the secured profile (RFC 4568). */
  readonly crypto?: readonly string[];
}

/** What stands above the media lines; the version grows with every change (RFC 3264 section 8). */
export interface ClientSdpOrigin {
  readonly address: string;
  readonly sessionId: string;
  readonly version: number;
}

/** Comfort noise (RFC 3389) is of the 8 kHz codecs. */
const NOISE: OfferedFormat = { payloadType: 13, name: 'CN', clockRate: 8000, channels: 1 };

/** The client's offer or answer: one codec and its key presses on each line (RFC 7866 section 7.1). */
export function buildClientSdp(lines: readonly ClientSdpLine[], origin: ClientSdpOrigin): string {
  const { address, sessionId, version } = origin;
  const addrType = address.includes(':') ? 'IP6' : 'IP4';
  const nullAddress = addrType === 'IP6' ? '::' : '0.0.0.0';
  return serializeSdp({
    origin: { username: 'src', sessionId, version: String(version), netType: 'IN', addrType, address },
    sessionName: '-',
    connection: `IN ${addrType} ${address}`,
    attributes: [],
    media: lines.map((line) => ({
      ...describeLine(line),
      ...(line.nullAddress === true && { connection: `IN ${addrType} ${nullAddress}` }),
    })),
    raw: '',
  });
}

function describeLine(line: ClientSdpLine): MediaDescription {
  const formats = formatsOf(line);
  const { crypto = [] } = line;
  const attributes: SdpAttribute[] = [
    ...describeFormats(formats),
    { name: 'ptime', value: String(line.ptimeMs) },
    ...crypto.map((value) => ({ name: 'crypto', value })),
    ...(line.label === undefined ? [] : [{ name: 'label', value: line.label }]),
    { name: line.direction },
  ];
  return {
    media: 'audio',
    port: line.port,
    protocol: crypto.length === 0 ? 'RTP/AVP' : 'RTP/SAVP',
    formats: formats.map(({ payloadType }) => String(payloadType)),
    attributes,
  };
}

function formatsOf({ codec, payloadType = codec.payloadType }: ClientSdpLine): OfferedFormat[] {
  const { name, clockRate, channels, fmtp, eventPayloadType } = codec;
  return [
    { payloadType, name, clockRate, channels, ...(fmtp !== undefined && { fmtp }) },
    { payloadType: eventPayloadType, name: 'telephone-event', clockRate, channels: 1, fmtp: '0-15' },
    ...(clockRate === NOISE.clockRate ? [NOISE] : []),
  ];
}
