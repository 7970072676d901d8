/** Opens the SRTP and SRTCP packets of one media line (RFC 3711 sections 3.3 and 3.4, RFC 7714). */
import { KeyRing } from './key-ring.ts';
import { hasRtcpHeader, RTCP_CLEAR_BYTES, rtpHeaderBytes } from './packet-header.ts';
import { estimateIndex, IndexSearch } from './packet-index.ts';
import { ENCRYPTED_FLAG, type PacketProtection } from './packet-protection.ts';
import { SourceTable } from './source-table.ts';
import type { SrtpKeys } from './srtp-keys.ts';

/**
 * Why a packet was not opened. `replayed`: accepted before, or older than the replay window. `unknown-key`: its MKI
 * names none of the keys.
 */
export type SrtpRefusal = 'malformed' | 'unauthenticated' | 'replayed' | 'unknown-key';

/** Of two refusals under two agreements, the one that says more about the packet. */
const BY_MEANING: readonly SrtpRefusal[] = ['replayed', 'unauthenticated', 'unknown-key', 'malformed'];

/**
 * Decrypts **in place**: what comes back is a view of the packet that was given, cut to the plain packet. A refused
 * packet is left as it was and has changed nothing that is remembered of its stream. The methods never throw.
 */
export class SrtpReceiver {
  #current: KeyRing;
  #previous: KeyRing | undefined;
  readonly #rtpSources = new SourceTable();
  readonly #rtcpSources = new SourceTable();
  readonly #search = new IndexSearch();

  /** The keys that the peer sends under: those of its own `a=crypto` line. @throws HoldfastError `invalid_input` */
  constructor(keys: readonly SrtpKeys[]) {
    this.#current = new KeyRing(keys);
  }

  /**
   * Takes the keys of a later offer. Packets under the old ones are opened until the first authentic packet under the
   * new ones; the same keys again change nothing. @throws HoldfastError `invalid_input`
   */
  rekey(keys: readonly SrtpKeys[]): void {
    if (this.#current.holds(keys)) return;
    // Keys that were taken back come with what is known of their packets: none of those is opened twice.
    const next = this.#previous?.holds(keys) === true ? this.#previous : new KeyRing(keys);
    this.#previous = this.#current;
    this.#current = next;
  }

  /** The plain RTP packet: header and payload as the sender had them. */
  unprotect(packet: Buffer): Buffer | SrtpRefusal {
    const clearBytes = rtpHeaderBytes(packet);
    if (clearBytes === 0) return 'malformed';
    const result = this.#openRtp(packet, clearBytes, this.#current);
    if (this.#previous === undefined) return cut(packet, result);
    return this.#settle(packet, result, (previous) => this.#openRtp(packet, clearBytes, previous));
  }

  /** The plain RTCP compound, whether it was encrypted or authenticated only. */
  unprotectRtcp(packet: Buffer): Buffer | SrtpRefusal {
    if (!hasRtcpHeader(packet)) return 'malformed';
    const result = this.#openRtcp(packet, this.#current);
    return this.#settle(packet, result, (previous) => this.#openRtcp(packet, previous));
  }

  /** While two agreements hold: the first packet under the new one ends the old one. */
  #settle(
    packet: Buffer,
    result: number | SrtpRefusal,
    openUnder: (previous: KeyRing) => number | SrtpRefusal,
  ): Buffer | SrtpRefusal {
    if (typeof result === 'number') {
      this.#previous = undefined;
    } else if (this.#previous !== undefined) {
      const underPrevious = openUnder(this.#previous);
      if (typeof underPrevious === 'number') return cut(packet, underPrevious);
      return BY_MEANING.find((refusal) => refusal === result || refusal === underPrevious) ?? result;
    }
    return cut(packet, result);
  }

  /** Gives where the plain packet ends. */
  #openRtp(packet: Buffer, clearBytes: number, ring: KeyRing): number | SrtpRefusal {
    const protection = ring.protectionFor(packet, 'rtp');
    if (protection === undefined) return 'unknown-key';
    if (packet.length < clearBytes + protection.overhead) return 'malformed';
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    const source = this.#rtpSources.get(ssrc);
    const window = source?.ring === ring ? source.window : undefined;
    const index = estimateIndex(source?.window.highest ?? -1, sequence);
    const isFresh = window?.isFresh(index) ?? true;
    if (isFresh) {
      const end = this.#tryRtp(packet, clearBytes, ring, protection, index);
      if (end >= 0) return end;
    }
    // New keys go on with the counter (RFC 3711 section 3.3.1), but there are senders that begin again.
    const restarted = window === undefined && index !== sequence ? [sequence] : [];
    for (const guess of [...restarted, ...this.#search.next(index)]) {
      const end = this.#tryRtp(packet, clearBytes, ring, protection, guess);
      if (end >= 0) return end;
    }
    return isFresh ? 'unauthenticated' : 'replayed';
  }

  #tryRtp(
    packet: Buffer,
    clearBytes: number,
    ring: KeyRing,
    protection: PacketProtection,
    index: number,
  ): number {
    const end = protection.open(packet, clearBytes, index);
    if (end >= 0) this.#rtpSources.accept(packet.readUInt32BE(8), ring, index);
    return end;
  }

  #openRtcp(packet: Buffer, ring: KeyRing): number | SrtpRefusal {
    const protection = ring.protectionFor(packet, 'rtcp');
    if (protection === undefined) return 'unknown-key';
    if (packet.length < RTCP_CLEAR_BYTES + protection.overhead) return 'malformed';
    const word = packet.readUInt32BE(packet.length - protection.indexFromEnd);
    const isEncrypted = word >= ENCRYPTED_FLAG;
    const index = isEncrypted ? word - ENCRYPTED_FLAG : word;
    const ssrc = packet.readUInt32BE(4);
    const source = this.#rtcpSources.get(ssrc);
    if (source?.ring === ring && !source.window.isFresh(index)) return 'replayed';
    const clearBytes = isEncrypted ? RTCP_CLEAR_BYTES : packet.length - protection.overhead;
    const end = protection.open(packet, clearBytes, index);
    if (end < 0) return 'unauthenticated';
    this.#rtcpSources.accept(ssrc, ring, index);
    return end;
  }
}

function cut(packet: Buffer, result: number | SrtpRefusal): Buffer | SrtpRefusal {
  return typeof result === 'number' ? packet.subarray(0, result) : result;
}
