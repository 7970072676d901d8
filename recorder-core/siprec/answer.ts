import { HoldfastError } from '../errors.ts';
import { serializeSdp, type MediaDescription, type SdpAttribute, type SdpOrigin } from '../sip/sdp.ts';
import type { OfferedDirection, OfferedStream } from './offered-stream.ts';

/** Where the recorder receives one media line; named by label, or by index where there is no label. */
export interface LocalStream {
  readonly label?: string;
  readonly mLineIndex?: number;
  readonly address: string;
  readonly port: number;
  /** Left out: the port above, or the same one when rtcp-mux was offered and is wanted by naming `port` here. */
  readonly rtcpPort?: number;
  /** Payload types accepted, of those offered, in the order of preference. */
  readonly formats: readonly number[];
  /** The recorder itself pauses this line: answered `inactive`. */
  readonly paused?: boolean;
  /** The value of an `a=crypto` line (RFC 4568); without it a line of a secured profile is rejected. */
  readonly crypto?: string;
}

/** The recorder's own origin line: one session id for the dialog, a version that grows by one per change. */
export interface AnswerOrigin {
  readonly sessionId: string;
  readonly version: number;
  /** Address of the o= line and the session's c= line; that of the first accepted stream when left out. */
  readonly address?: string;
}

/** Names the sender of a session description to a human reader; carries no meaning. */
const USERNAME = 'holdfast';

/**
 * Builds the answer to a recording offer (RFC 3264 section 6, RFC 7866 section 7.2): plain SDP with
 * as many media lines as offered, in their order; labels echoed; `recvonly` for a line that sends or
 * states no direction, `inactive` for one that is on hold; port 0 for every line without a local
 * stream. Grouping, ICE and keys are never answered unless asked for through `local`.
 *
 * @throws HoldfastError `invalid_input` when a local stream fits no media line or accepts no offered format.
 */
export function buildAnswer(
  offer: { readonly streams: readonly OfferedStream[] },
  local: readonly LocalStream[],
  origin: AnswerOrigin,
): string {
  const assigned = assign(offer.streams, local);
  const first = [...assigned.values()][0]?.address;
  const address = origin.address ?? first ?? '127.0.0.1';
  return serializeSdp({
    origin: ownOrigin(origin, address),
    sessionName: '-',
    connection: connectionOf(address),
    attributes: [],
    media: offer.streams.map((stream) => {
      const target = assigned.get(stream);
      return target === undefined || stream.port === 0 ? rejected(stream) : accepted(stream, target, address);
    }),
    raw: '',
  });
}

/** The o= line of the recorder. */
export function ownOrigin(origin: AnswerOrigin, address: string): SdpOrigin {
  const addrType = address.includes(':') ? 'IP6' : 'IP4';
  const version = String(origin.version);
  return { username: USERNAME, sessionId: origin.sessionId, version, netType: 'IN', addrType, address };
}

/** An address as the value of a c= line. */
export function connectionOf(address: string): string {
  return `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
}

/** What the recorder answers to an offered direction: it only ever receives. */
export function answerDirection(offered: OfferedDirection): 'recvonly' | 'inactive' {
  // A source that only wants to receive gets nothing from a recorder (RFC 3264 section 6.1).
  return offered === 'inactive' || offered === 'recvonly' ? 'inactive' : 'recvonly';
}

function assign(
  streams: readonly OfferedStream[],
  local: readonly LocalStream[],
): Map<OfferedStream, LocalStream> {
  const assigned = new Map<OfferedStream, LocalStream>();
  for (const target of local) {
    const stream = streams.find((candidate) =>
      target.mLineIndex === undefined
        ? target.label !== undefined && candidate.label === target.label && !assigned.has(candidate)
        : candidate.mLineIndex === target.mLineIndex,
    );
    if (stream === undefined || assigned.has(stream)) {
      throw unanswerable('a local stream names a media line that was not offered, or that is taken');
    }
    if (!stream.formats.some((format) => target.formats.includes(format.payloadType))) {
      throw unanswerable('a local stream accepts none of the formats its media line offers');
    }
    assigned.set(stream, target);
  }
  return assigned;
}

function accepted(stream: OfferedStream, target: LocalStream, sessionAddress: string): MediaDescription {
  const secured = /SAVP/i.test(stream.protocol);
  if (secured && target.crypto === undefined) return rejected(stream);
  const formats = target.formats.flatMap((type) =>
    stream.formats.filter((format) => format.payloadType === type),
  );
  const attributes: SdpAttribute[] = formats.flatMap(({ payloadType, name, clockRate, channels, fmtp }) => [
    ...(name === ''
      ? []
      : [
          {
            name: 'rtpmap',
            value: `${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`,
          },
        ]),
    ...(fmtp === undefined ? [] : [{ name: 'fmtp', value: `${payloadType} ${fmtp}` }]),
  ]);
  const rtcpPort = target.rtcpPort ?? target.port + 1;
  if (stream.rtcpMux && rtcpPort === target.port) attributes.push({ name: 'rtcp-mux' });
  else if (rtcpPort !== target.port + 1) attributes.push({ name: 'rtcp', value: String(rtcpPort) });
  if (stream.ptime !== undefined) attributes.push({ name: 'ptime', value: String(stream.ptime) });
  if (secured && target.crypto !== undefined) attributes.push({ name: 'crypto', value: target.crypto });
  const direction = target.paused ? 'inactive' : answerDirection(stream.direction);
  return {
    media: stream.media,
    port: target.port,
    protocol: stream.protocol,
    formats: formats.map((format) => String(format.payloadType)),
    ...(target.address !== sessionAddress && { connection: connectionOf(target.address) }),
    attributes: [...attributes, { name: direction }, ...labelOf(stream)],
  };
}

/** A refused line keeps its formats, as an m= line cannot do without one. */
function rejected(stream: OfferedStream): MediaDescription {
  const formats = stream.formatTokens.length === 0 ? ['0'] : stream.formatTokens;
  return {
    media: stream.media,
    port: 0,
    protocol: stream.protocol,
    formats,
    attributes: labelOf(stream),
  };
}

function labelOf(stream: OfferedStream): SdpAttribute[] {
  return stream.label === undefined ? [] : [{ name: 'label', value: stream.label }];
}

function unanswerable(why: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `No answer can be built: ${why}. Give one local stream for each line that is to be recorded.`,
  );
}
