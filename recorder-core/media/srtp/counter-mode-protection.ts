/** AES in counter mode with HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1, RFC 6188). */
import { HmacSha1 } from './hmac-sha1.ts';
import type { Protocol, SessionKeys } from './key-derivation.ts';
import { CounterKeystream } from './counter-keystream.ts';
import { ENCRYPTED_FLAG, SRTCP_INDEX_BYTES, type PacketProtection } from './packet-protection.ts';

/** `… payload | index (SRTCP) | MKI | tag`; the tag is over everything before the MKI and, in SRTP, the roll-over counter. */
export class CounterModeProtection implements PacketProtection {
  readonly overhead: number;
  readonly mkiFromEnd: number;
  readonly indexFromEnd: number;
  readonly #isRtp: boolean;
  readonly #keystream: CounterKeystream;
  readonly #hmac: HmacSha1;
  readonly #tagBytes: number;
  readonly #mki: Uint8Array;

  constructor(protocol: Protocol, session: SessionKeys, tagBytes: number, mki: Uint8Array) {
    this.#isRtp = protocol === 'rtp';
    this.#keystream = new CounterKeystream(session.encryption, session.salt);
    this.#hmac = new HmacSha1(session.authentication);
    this.#tagBytes = tagBytes;
    this.#mki = mki;
    this.mkiFromEnd = tagBytes + mki.length;
    this.indexFromEnd = this.mkiFromEnd + SRTCP_INDEX_BYTES;
    this.overhead = this.#isRtp ? this.mkiFromEnd : this.indexFromEnd;
  }

  open(packet: Buffer, clearBytes: number, index: number): number {
    const tag = this.#tag(packet, packet.length - this.mkiFromEnd, index);
    if (!endsWith(packet, tag, this.#tagBytes)) return -1;
    const end = packet.length - this.overhead;
    this.#encrypt(packet, clearBytes, end, index);
    return end;
  }

  seal(plain: Buffer, clearBytes: number, index: number): Buffer {
    const sealed = Buffer.allocUnsafe(plain.length + this.overhead);
    plain.copy(sealed);
    this.#encrypt(sealed, clearBytes, plain.length, index);
    let end = plain.length;
    if (!this.#isRtp) {
      const flag = clearBytes < plain.length ? ENCRYPTED_FLAG : 0;
      end = sealed.writeUInt32BE(flag + index, end);
    }
    const tag = this.#tag(sealed, end, index);
    sealed.set(this.#mki, end);
    sealed.write(tag, end + this.#mki.length, this.#tagBytes, 'latin1');
    return sealed;
  }

  /** Encrypts or decrypts, which is the same. */
  #encrypt(packet: Buffer, from: number, to: number, index: number): void {
    if (from >= to) return;
    this.#keystream.apply(packet, from, to, packet.readUInt32BE(this.#isRtp ? 8 : 4), index);
  }

  #tag(packet: Buffer, end: number, index: number): string {
    return this.#isRtp
      ? this.#hmac.digest(packet, end, Math.floor(index / 0x10000))
      : this.#hmac.digest(packet, end);
  }
}

/** Compares every byte whatever it finds, so that the time tells nothing. */
function endsWith(packet: Buffer, digest: string, tagBytes: number): boolean {
  const at = packet.length - tagBytes;
  let difference = 0;
  for (let i = 0; i < tagBytes; i++) difference |= packet.readUInt8(at + i) ^ digest.charCodeAt(i);
  return difference === 0;
}
