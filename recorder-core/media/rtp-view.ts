/** The header of one RTP packet read in place (RFC 3550 section 5.1), for paths that see every packet of every call. */

const VERSION_BITS = 0x80;
const PADDING_BIT = 0x20;
const EXTENSION_BIT = 0x10;
const FIXED_HEADER_BYTES = 12;

/** One view is read into again and again, so nothing is allocated per packet. Its fields hold until the next `read`. */
export class RtpView {
  /** 0 to 127. */
  payloadType = 0;
  marker = false;
  /** 16 bits, wraps. */
  sequence = 0;
  /** 32 bits in units of the codec's RTP clock, wraps. */
  timestamp = 0;
  ssrc = 0;
  csrcCount = 0;
  /** Offset of the header extension in the datagram; 0 without one. */
  extensionAt = 0;
  /** The payload is the bytes from `payloadAt` to `payloadEnd`; what follows is padding. */
  payloadAt = 0;
  payloadEnd = 0;

  /** Reads one datagram. False, with the fields undefined in value, for what is no whole RTP version 2 packet; never throws. */
  read(buf: Buffer): boolean {
    const { length } = buf;
    if (length < FIXED_HEADER_BYTES) return false;
    const first = buf.readUInt8(0);
    if ((first & 0xc0) !== VERSION_BITS) return false;
    const second = buf.readUInt8(1);
    this.csrcCount = first & 0x0f;
    this.payloadType = second & 0x7f;
    this.marker = (second & 0x80) !== 0;
    this.sequence = buf.readUInt16BE(2);
    this.timestamp = buf.readUInt32BE(4);
    this.ssrc = buf.readUInt32BE(8);
    this.payloadAt = FIXED_HEADER_BYTES + 4 * this.csrcCount;
    this.extensionAt = 0;
    if ((first & EXTENSION_BIT) !== 0 && !this.#passExtension(buf)) return false;
    this.payloadEnd = length;
    if ((first & PADDING_BIT) !== 0) {
      const padding = buf.readUInt8(length - 1);
      if (padding === 0) return false;
      this.payloadEnd -= padding;
    }
    return this.payloadAt <= this.payloadEnd;
  }

  /** Of the payload, in bytes. */
  get payloadBytes(): number {
    return this.payloadEnd - this.payloadAt;
  }

  #passExtension(buf: Buffer): boolean {
    const at = this.payloadAt;
    if (buf.length < at + 4) return false;
    this.extensionAt = at;
    this.payloadAt = at + 4 + 4 * buf.readUInt16BE(at + 2);
    return true;
  }
}
