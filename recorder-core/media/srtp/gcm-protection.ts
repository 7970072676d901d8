/** AES in Galois/counter mode, which encrypts and authenticates in one (RFC 7714). */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type CipherGCMTypes,
  type KeyObject,
} from 'node:crypto';
import type { Protocol, SessionKeys } from './key-derivation.ts';
import { ENCRYPTED_FLAG, SRTCP_INDEX_BYTES, type PacketProtection } from './packet-protection.ts';

const TAG_BYTES = 16;
const IV_BYTES = 12;

/** `… payload | tag | index (SRTCP) | MKI`; what is not encrypted is authenticated as associated data. */
export class GcmProtection implements PacketProtection {
  readonly overhead: number;
  readonly mkiFromEnd: number;
  readonly indexFromEnd: number;
  readonly #isRtp: boolean;
  readonly #algorithm: CipherGCMTypes;
  readonly #key: KeyObject;
  readonly #salt: Buffer;
  readonly #iv = Buffer.alloc(IV_BYTES);
  readonly #mki: Uint8Array;

  constructor(protocol: Protocol, session: SessionKeys, mki: Uint8Array) {
    this.#isRtp = protocol === 'rtp';
    this.#algorithm = session.encryption.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
    this.#key = createSecretKey(session.encryption);
    this.#salt = session.salt;
    this.#mki = mki;
    this.mkiFromEnd = mki.length;
    this.indexFromEnd = mki.length + SRTCP_INDEX_BYTES;
    this.overhead = TAG_BYTES + (this.#isRtp ? this.mkiFromEnd : this.indexFromEnd);
  }

  open(packet: Buffer, clearBytes: number, index: number): number {
    const end = packet.length - this.overhead;
    const decipher = createDecipheriv(this.#algorithm, this.#key, this.#ivOf(packet, index));
    decipher.setAuthTag(packet.subarray(end, end + TAG_BYTES));
    decipher.setAAD(this.#associated(packet, clearBytes, packet, packet.length - this.indexFromEnd));
    const plain = decipher.update(packet.subarray(clearBytes, end));
    try {
      decipher.final();
    } catch {
      return -1; // the only way in which node:crypto says that the tag does not match
    }
    packet.set(plain, clearBytes);
    return end;
  }

  seal(plain: Buffer, clearBytes: number, index: number): Buffer {
    const sealed = Buffer.allocUnsafe(plain.length + this.overhead);
    const indexAt = sealed.length - this.indexFromEnd;
    if (!this.#isRtp) {
      sealed.writeUInt32BE((clearBytes < plain.length ? ENCRYPTED_FLAG : 0) + index, indexAt);
    }
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#ivOf(plain, index));
    cipher.setAAD(this.#associated(plain, clearBytes, sealed, indexAt));
    plain.copy(sealed, 0, 0, clearBytes);
    sealed.set(cipher.update(plain.subarray(clearBytes)), clearBytes);
    cipher.final();
    sealed.set(cipher.getAuthTag(), plain.length);
    sealed.set(this.#mki, sealed.length - this.mkiFromEnd);
    return sealed;
  }

  /** The clear part of the packet, and in SRTCP the E flag and index after it (RFC 7714 sections 8.2 and 9.2). */
  #associated(packet: Buffer, clearBytes: number, trailer: Buffer, indexAt: number): Buffer {
    const clear = packet.subarray(0, clearBytes);
    if (this.#isRtp) return clear;
    return Buffer.concat([clear, trailer.subarray(indexAt, indexAt + SRTCP_INDEX_BYTES)]);
  }

  /** Two zero bytes, SSRC and 48 bits of index, XORed with the salt (RFC 7714 sections 8.1 and 9.1). */
  #ivOf(packet: Buffer, index: number): Buffer {
    const salt = this.#salt;
    const ssrc = packet.readUInt32BE(this.#isRtp ? 8 : 4);
    this.#iv.writeUInt16BE(salt.readUInt16BE(0), 0);
    this.#iv.writeUInt32BE((salt.readUInt32BE(2) ^ ssrc) >>> 0, 2);
    this.#iv.writeUInt32BE((salt.readUInt32BE(6) ^ Math.floor(index / 0x10000)) >>> 0, 6);
    this.#iv.writeUInt16BE(salt.readUInt16BE(10) ^ (index % 0x10000), 10);
    return this.#iv;
  }
}
