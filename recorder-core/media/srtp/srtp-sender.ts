/** Protects the RTP and RTCP packets that one end of a media line sends (RFC 3711 sections 3.3 and 3.4, RFC 7714). */
import { HoldfastError } from '../../errors.ts';
import { makeProtection } from './make-protection.ts';
import { hasRtcpHeader, RTCP_CLEAR_BYTES, rtpHeaderBytes } from './packet-header.ts';
import { estimateIndex } from './packet-index.ts';
import type { PacketProtection } from './packet-protection.ts';
import { ReplayWindow } from './replay-window.ts';
import type { SrtpKeys } from './srtp-keys.ts';

/** Counts for every source (SSRC) it is given packets of, for as long as it lives. */
export class SrtpSender {
  #keys: SrtpKeys;
  #rtp: PacketProtection | undefined;
  #rtcp: PacketProtection | undefined;
  #nextRtcpIndex = 0;
  /** Never forgotten: a counter that began again would repeat a keystream. */
  readonly #sent = new Map<number, ReplayWindow>();

  /** Our own keys: those of the `a=crypto` line that we wrote. @throws HoldfastError `invalid_input` on first use */
  constructor(keys: SrtpKeys) {
    this.#keys = keys;
  }

  /** Goes on under other keys; the counters go on too (RFC 3711 section 3.3.1). */
  rekey(keys: SrtpKeys): void {
    this.#keys = keys;
    this.#rtp = undefined;
    this.#rtcp = undefined;
  }

  /**
   * A new buffer with the SRTP packet. Packets may be given out of order, each once: a second one with its number would
   * lay both payloads open. @throws HoldfastError `invalid_input` for a repeated number or what is no RTP packet
   */
  protect(rtp: Buffer): Buffer {
    const clearBytes = rtpHeaderBytes(rtp);
    if (clearBytes === 0) throw noPacket('RTP');
    const ssrc = rtp.readUInt32BE(8);
    const sent = this.#sent.get(ssrc) ?? new ReplayWindow();
    const index = estimateIndex(sent.highest, rtp.readUInt16BE(2));
    if (!sent.isFresh(index)) {
      throw new HoldfastError(
        'invalid_input',
        'An RTP packet with this sequence number was protected before, and a second one under the same key would ' +
          'lay both payloads open. Send the protected packet again instead.',
      );
    }
    this.#rtp ??= makeProtection(this.#keys, 'rtp');
    const sealed = this.#rtp.seal(rtp, clearBytes, index);
    sent.accept(index);
    this.#sent.set(ssrc, sent);
    return sealed;
  }

  /** A new buffer with the encrypted SRTCP packet. @throws HoldfastError `invalid_input` for what is no RTCP packet */
  protectRtcp(rtcp: Buffer): Buffer {
    if (!hasRtcpHeader(rtcp)) throw noPacket('RTCP');
    this.#rtcp ??= makeProtection(this.#keys, 'rtcp');
    return this.#rtcp.seal(rtcp, RTCP_CLEAR_BYTES, this.#nextRtcpIndex++);
  }
}

function noPacket(protocol: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `What was given is no ${protocol} packet, so it cannot be protected. Build the packet first.`,
  );
}
