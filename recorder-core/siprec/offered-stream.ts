import { readFormats, type OfferedFormat } from './offered-format.ts';
import { readSecurity, type OfferedSecurity } from './offered-security.ts';
import type { MediaDescription, SdpAttribute, SessionDescription } from '../sip/sdp.ts';

/** The direction of a media line as offered; most recording sources send none (RFC 3264 then means sendrecv). */
export type OfferedDirection = 'sendonly' | 'sendrecv' | 'recvonly' | 'inactive' | 'absent';

/** What a recording-aware party is told of the recording (RFC 7866 section 7.1.2). */
export type RecordIndication = 'on' | 'off' | 'paused';

/** One media line of an offer; every line is listed, those that cannot be recorded too. */
export interface OfferedStream extends OfferedSecurity {
  readonly mLineIndex: number;
  readonly label?: string;
  /** The label by which the recorder offered the line; in an answer to its offer alone, where it may differ. */
  readonly proposedLabel?: string;
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
  /** Milliseconds per packet, where stated; and the most of them. */
  readonly ptime?: number;
  readonly maxptime?: number;
  /** The canonical name of the source (RFC 5576), where stated. */
  readonly cname?: string;
  /** The clock behind the source's timestamps and how they hang on it (RFC 7273), as written. */
  readonly refClock?: string;
  readonly mediaClock?: string;
  /** The recording indication and preference of the recorded call (RFC 7866), stored as seen. */
  readonly record?: RecordIndication;
  readonly recordPreference?: string;
  readonly attributes: readonly SdpAttribute[];
}

const DIRECTIONS: readonly string[] = ['sendonly', 'sendrecv', 'recvonly', 'inactive'];
const INDICATIONS: readonly string[] = ['on', 'off', 'paused'];

/** Lists the media lines of a session description in order. Never throws. */
export function readStreams(sdp: SessionDescription): OfferedStream[] {
  return sdp.media.map((media, mLineIndex) => readStream(sdp, media, mLineIndex));
}

/** True for the address that stands for no address: an old way to say hold (RFC 3264 section 8.4). */
export function isNullAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function readStream(sdp: SessionDescription, media: MediaDescription, mLineIndex: number): OfferedStream {
  const value = (name: string): string | undefined => valueOf(media.attributes, name);
  const label = value('label');
  const rtcpMux = media.attributes.some((attribute) => attribute.name === 'rtcp-mux');
  const rtcpPort = Number.parseInt(value('rtcp') ?? '', 10);
  const direction = directionOf(media.attributes) ?? directionOf(sdp.attributes) ?? 'absent';
  const address = addressOf(media.connection ?? sdp.connection);
  const cname = /\bcname:(\S+)/.exec(value('ssrc') ?? '')?.[1];
  const ptime = duration(value('ptime'));
  const maxptime = duration(value('maxptime'));
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
    held: direction === 'inactive' || isNullAddress(address),
    formats: readFormats(media),
    formatTokens: media.formats,
    ...(ptime !== undefined && { ptime }),
    ...(maxptime !== undefined && { maxptime }),
    ...(cname !== undefined && { cname }),
    ...readSecurity(sdp, media),
    ...readClocks(sdp, media),
    ...readRecording(sdp, media),
    attributes: media.attributes,
  };
}

/** A media line's own clock, else the session's (RFC 7273 sections 4.8 and 5.4). */
function readClocks(
  sdp: SessionDescription,
  media: MediaDescription,
): Pick<OfferedStream, 'refClock' | 'mediaClock'> {
  const refClock = ownOrShared(sdp, media, 'ts-refclk');
  const mediaClock = ownOrShared(sdp, media, 'mediaclk');
  return { ...(refClock && { refClock }), ...(mediaClock && { mediaClock }) };
}

function readRecording(
  sdp: SessionDescription,
  media: MediaDescription,
): Pick<OfferedStream, 'record' | 'recordPreference'> {
  const record = ownOrShared(sdp, media, 'record')?.toLowerCase();
  const recordPreference = ownOrShared(sdp, media, 'recordpref');
  return {
    ...(record !== undefined && INDICATIONS.includes(record) && { record: record as RecordIndication }),
    ...(recordPreference && { recordPreference }),
  };
}

function ownOrShared(sdp: SessionDescription, media: MediaDescription, name: string): string | undefined {
  return valueOf(media.attributes, name) ?? valueOf(sdp.attributes, name);
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

function duration(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
