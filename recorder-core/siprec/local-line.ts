import { describeFormats, type OfferedFormat } from './offered-format.ts';
import { isSecuredProfile, readCryptoChoice } from './offered-security.ts';
import { connectionOf, unanswerable, type LocalStream } from './local-stream.ts';
import type { OfferedStream } from './offered-stream.ts';
import type { MediaDescription, SdpAttribute } from '../sip/sdp.ts';

/**
 * Writes a media line as the recorder takes it. Nothing stands in it that was not offered: no
 * grouping, ICE or fingerprint, rtcp-mux and keys only where the source named them.
 *
 * @throws HoldfastError `invalid_input` when the local stream takes no offered format, shares a port
 * with RTCP that was not offered, or brings a key of a tag and suite nobody offered.
 */
export function acceptedLine(
  line: OfferedStream,
  target: LocalStream,
  direction: 'recvonly' | 'inactive',
  sessionAddress: string,
): MediaDescription {
  const formats = acceptedFormats(line, target);
  return {
    media: line.media,
    port: target.port,
    protocol: line.protocol,
    formats: formats.map((format) => String(format.payloadType)),
    ...(target.address !== sessionAddress && { connection: connectionOf(target.address) }),
    attributes: [
      ...describeFormats(formats),
      ...rtcpOf(line, target),
      ...(line.ptime === undefined ? [] : [{ name: 'ptime', value: String(line.ptime) }]),
      ...(target.crypto === undefined ? [] : [keyOf(line, target.crypto)]),
      { name: direction },
      ...labelOf(line),
    ],
  };
}

/** Writes a media line as refused: port 0, its formats kept, as an m= line cannot do without one. */
export function rejectedLine(line: OfferedStream): MediaDescription {
  return {
    media: line.media,
    port: 0,
    protocol: line.protocol,
    formats: line.formatTokens.length === 0 ? ['0'] : line.formatTokens,
    attributes: labelOf(line),
  };
}

/** True when the line can be taken: open, and with a key of ours where its profile asks for one. */
export function isTaken(line: OfferedStream, target: LocalStream | undefined): target is LocalStream {
  if (target === undefined || line.port === 0) return false;
  return target.crypto !== undefined || !isSecuredProfile(line.protocol);
}

function acceptedFormats(line: OfferedStream, target: LocalStream): readonly OfferedFormat[] {
  const { formats = line.formats.map((format) => format.payloadType) } = target;
  const accepted = formats.flatMap((type) => line.formats.filter((format) => format.payloadType === type));
  if (accepted.length === 0) {
    throw unanswerable('a local stream accepts none of the formats its media line offers');
  }
  return accepted;
}

function rtcpOf(line: OfferedStream, target: LocalStream): SdpAttribute[] {
  const rtcpPort = target.rtcpPort ?? target.port + 1;
  if (rtcpPort === target.port) {
    if (line.rtcpMux) return [{ name: 'rtcp-mux' }];
    throw unanswerable('a local stream wants RTCP on its RTP port, which its media line does not offer');
  }
  return rtcpPort === target.port + 1 ? [] : [{ name: 'rtcp', value: String(rtcpPort) }];
}

/** RFC 4568 section 5.1.2: the answer names the tag and the suite of the offered line it chose. */
function keyOf(line: OfferedStream, crypto: string): SdpAttribute {
  const chosen = readCryptoChoice(crypto);
  const offered = line.crypto.map(readCryptoChoice);
  if (!offered.some((item) => item?.tag === chosen?.tag && item?.suite === chosen?.suite)) {
    throw unanswerable('a local stream brings a key for a suite that its media line does not offer');
  }
  return { name: 'crypto', value: crypto };
}

function labelOf(line: OfferedStream): SdpAttribute[] {
  return line.label === undefined ? [] : [{ name: 'label', value: line.label }];
}
