/** How much of a packet stands in clear in front of its payload; read from protected packets, whose end is not yet readable. */

const FIXED_RTP_HEADER_BYTES = 12;
const EXTENSION_BIT = 0x10;
/** The first header and SSRC of an RTCP compound (RFC 3711 section 3.4). */
export const RTCP_CLEAR_BYTES = 8;

/** Fixed header, contributing sources and header extension (RFC 3550 section 5.1); 0 when this is no RTP packet. */
export function rtpHeaderBytes(packet: Buffer): number {
  if (packet.length < FIXED_RTP_HEADER_BYTES || !isVersion2(packet)) return 0;
  const first = packet.readUInt8(0);
  let bytes = FIXED_RTP_HEADER_BYTES + 4 * (first & 0x0f);
  if ((first & EXTENSION_BIT) !== 0) {
    if (packet.length < bytes + 4) return 0;
    bytes += 4 + 4 * packet.readUInt16BE(bytes + 2);
  }
  return bytes <= packet.length ? bytes : 0;
}

/** True when a packet is long enough for an RTCP header and of version 2. */
export function hasRtcpHeader(packet: Buffer): boolean {
  return packet.length >= RTCP_CLEAR_BYTES && isVersion2(packet);
}

function isVersion2(packet: Buffer): boolean {
  return packet.readUInt8(0) >> 6 === 2;
}
