/** What every suite does to a packet; who has seen which packet before is not its business. */

/**
 * Protects and opens packets of one protocol under one master key. Remembers nothing between packets. `index` is the
 * 48-bit packet index of SRTP (roll-over counter and sequence number) or the 31-bit index of SRTCP; `clearBytes` is
 * how much of the packet stands unencrypted in front, authenticated all the same.
 */
export interface PacketProtection {
  /** Bytes added to a packet: tag, MKI, and for SRTCP the index. */
  readonly overhead: number;
  /** How far before the end of a packet the MKI begins. */
  readonly mkiFromEnd: number;
  /** How far before the end of a packet the E flag and index of SRTCP begin; meaningless for RTP. */
  readonly indexFromEnd: number;
  /**
   * Authenticates, then decrypts in place. Gives where the plain packet ends, or -1 when the packet is not authentic
   * under this key and index: then its bytes are as they were. The packet is not shorter than `clearBytes + overhead`.
   */
  open(packet: Buffer, clearBytes: number, index: number): number;
  /** A new buffer with the protected packet; `plain` is left alone. `clearBytes` below its length means encrypted. */
  seal(plain: Buffer, clearBytes: number, index: number): Buffer;
}

/** Stands in front of the index of SRTCP when the packet is encrypted (RFC 3711 section 3.4). */
export const ENCRYPTED_FLAG = 0x80000000;

/** The E flag and index of SRTCP together. */
export const SRTCP_INDEX_BYTES = 4;
