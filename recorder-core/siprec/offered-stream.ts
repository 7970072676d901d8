import type { MediaDescription, SdpAttribute, SessionDescription } from '../sip/sdp.ts';

/** The direction of a media line as offered; most recording sources send none (RFC 3264 then means sendrecv). */
export type OfferedDirection = 'sendonly' | 'sendrecv' | 'recvonly' | 'inactive' | 'absent';

/** One payload type of a media line (RFC 8866 section 6.6), static types filled in from RFC 3551. */
export interface OfferedFormat {
  readonly payloadType: number;
  /** Encoding name as written, upper case for static types; empty when unknown. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly fmtp?: string;
}

/** One media line of an offer; every line is listed, those that cannot be recorded too. */
export interface OfferedStream {
  readonly mLineIndex: number;
  readonly label?: string;
  /** `audio`, `video`, `text`, `message`... */
  readonly media: string;
  /** `RTP/AVP`, `RTP/SAVP`... */
  readonly protocol: string;
  /** Where the source sends from; `0.0.0.0` or `::` is an old way to say hold. Empty when the SDP names none. */
  readonly address: string;
  /** Port 0 is a line the source has closed. */
  readonly port: number;
  readonly rtcpPort: number;
  readonly rtcpMux: boolean;
  readonly direction: OfferedDirection;
  /** True when nothing is to be expected for now: inactive, or the null address. */
  readonly held: boolean;
  readonly formats: readonly OfferedFormat[];
  /** The formats as they stand on the media line; not numbers where the protocol is not RTP. */
  readonly formatTokens: readonly string[];
  /** Milliseconds per packet, where stated. */
  readonly ptime?: number;
  /** The canonical name of the source (RFC 5576), where stated. */
  readonly cname?: string;
  readonly attributes: readonly SdpAttribute[];
}

/** The static payload types a recording source may use without an rtpmap (RFC 3551 section 6). */
const STATIC_FORMATS: Readonly<Record<number, readonly [name: string, clockRate: number]>> = {
  0: ['PCMU', 8000],
  2: ['G726-32', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  13: ['CN', 8000],
  15: ['G728', 8000],
  18: ['G729', 8000],
  19: ['CN', 8000],
};

const DIRECTIONS: readonly string[] = ['sendonly', 'sendrecv', 'recvonly', 'inactive'];

/** Lists the media lines of a session description in order. Never throws. */
export function readStreams(sdp: SessionDescription): OfferedStream[] {
  return sdp.media.map((media, mLineIndex) => readStream(sdp, media, mLineIndex));
}

function readStream(sdp: SessionDescription, media: MediaDescription, mLineIndex: number): OfferedStream {
  const value = (name: string): string | undefined => valueOf(media.attributes, name);
  const label = value('label');
  const ptime = Number(value('ptime'));
  const rtcpMux = media.attributes.some((attribute) => attribute.name === 'rtcp-mux');
  const rtcpPort = Number.parseInt(value('rtcp') ?? '', 10);
  const direction = directionOf(media.attributes) ?? directionOf(sdp.attributes) ?? 'absent';
  const address = addressOf(media.connection ?? sdp.connection);
  const cname = /\bcname:(\S+)/.exec(value('ssrc') ?? '')?.[1];
  return {
    mLineIndex,
    ...(label !== undefined && label !== '' && { label }),
    media: media.media.toLowerCase(),
    protocol: media.protocol,
    address,
    port: media.port,
    rtcpPort: Number.isInteger(rtcpPort) ? rtcpPort : rtcpMux ? media.port : media.port + 1,
    rtcpMux,
    direction,
    held: direction === 'inactive' || address === '0.0.0.0' || address === '::',
    formats: readFormats(media),
    formatTokens: media.formats,
    ...(Number.isFinite(ptime) && ptime > 0 && { ptime }),
    ...(cname !== undefined && { cname }),
    attributes: media.attributes,
  };
}

function readFormats(media: MediaDescription): OfferedFormat[] {
  const mapped = attributesByType(media.attributes, 'rtpmap');
  const parameters = attributesByType(media.attributes, 'fmtp');
  return media.formats.flatMap((text) => {
    const payloadType = Number(text);
    if (!/^\d+$/.test(text) || payloadType > 127) return [];
    const fixed = STATIC_FORMATS[payloadType];
    const [name = fixed?.[0] ?? '', rate, channels] = (mapped.get(payloadType) ?? '')
      .split('/')
      .filter(Boolean);
    const fmtp = parameters.get(payloadType);
    return [
      {
        payloadType,
        name,
        clockRate: positive(rate) ?? fixed?.[1] ?? 8000,
        channels: positive(channels) ?? 1,
        ...(fmtp !== undefined && { fmtp }),
      },
    ];
  });
}

/** `rtpmap:96 opus/48000/2` by payload type; the first of a type counts. */
function attributesByType(attributes: readonly SdpAttribute[], name: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const attribute of attributes) {
    const match = attribute.name === name ? /^(\d+)\s+(.+)$/.exec(attribute.value ?? '') : null;
    if (match?.[1] === undefined || match[2] === undefined) continue;
    if (!found.has(Number(match[1]))) found.set(Number(match[1]), match[2].trim());
  }
  return found;
}

function directionOf(attributes: readonly SdpAttribute[]): OfferedDirection | undefined {
  const name = attributes.find((attribute) => DIRECTIONS.includes(attribute.name))?.name;
  return name as OfferedDirection | undefined;
}

function valueOf(attributes: readonly SdpAttribute[], name: string): string | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value?.trim();
}

/** The address of a connection, given as `IN IP4 192.0.2.1/127` or as the address alone. */
function addressOf(connection: string | undefined): string {
  return connection?.trim().split(/\s+/).at(-1)?.split('/')[0] ?? '';
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
