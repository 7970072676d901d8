import { SrtpReceiver, type SrtpRefusal } from '../../media/srtp/srtp-receiver.ts';
import { SrtpSender } from '../../media/srtp/srtp-sender.ts';
import type { StreamSecurity } from './media-engine.ts';

/** Why a packet of a secured line was not opened; a verdict for the counters. */
export type SecuredVerdict = `srtp-${SrtpRefusal | 'keys-awaited'}`;

/**
 * The SRTP of one line: opens what comes, protects the RTCP that goes out. Without keys yet nothing is opened. A client
 * changes over when it has read our answer, and what it sent before is still under way: around a change both kinds of
 * packets are taken.
 */
export class SecuredLine {
  #receiver: SrtpReceiver | undefined;
  #sender: SrtpSender | undefined;
  /** `entering`: it was in the clear until now; `leaving`: it is about to be; `over`: it is, and this has no more to do. */
  #state: 'entering' | 'secured' | 'leaving' | 'over' = 'secured';

  constructor(security: StreamSecurity | 'awaited') {
    if (security !== 'awaited') this.rekey(security);
  }

  /** A line that was open in the clear: packets in the clear are taken until the first under the keys. */
  static after(security: StreamSecurity): SecuredLine {
    const line = new SecuredLine(security);
    line.#state = 'entering';
    return line;
  }

  /** True once the client has been heard in the clear after `release`. */
  get over(): boolean {
    return this.#state === 'over';
  }

  /** New keys; packets under the old ones are still opened until the first under the new. */
  rekey({ receive, send }: StreamSecurity): void {
    if (this.#state === 'leaving') this.#state = 'entering';
    if (this.#receiver === undefined) this.#receiver = new SrtpReceiver(receive);
    else this.#receiver.rekey(receive);
    if (this.#sender === undefined) this.#sender = new SrtpSender(send);
    else this.#sender.rekey(send);
  }

  /** Keys are still to come. */
  get awaiting(): boolean {
    return this.#receiver === undefined;
  }

  /** No keys any more: packets under the old ones are still opened until the first in the clear. */
  release(): void {
    this.#state = 'leaving';
    this.#sender = undefined;
  }

  /** The RTP packet inside, or why it was refused. */
  openRtp(packet: Buffer): Buffer | SecuredVerdict {
    const result = opened(this.#receiver?.unprotect(packet));
    if (typeof result !== 'string') {
      if (this.#state === 'entering') this.#state = 'secured';
      return result;
    }
    if (this.#state === 'secured') return result;
    if (this.#state === 'leaving') this.#state = 'over';
    return packet; // what was refused is as it came
  }

  /** The RTCP packet inside, or why it was refused. */
  openRtcp(packet: Buffer): Buffer | SecuredVerdict {
    const result = opened(this.#receiver?.unprotectRtcp(packet));
    return typeof result === 'string' && this.#state !== 'secured' ? packet : result;
  }

  /** Undefined while there are no keys. */
  protectRtcp(rtcp: Buffer): Buffer | undefined {
    return this.#sender?.protectRtcp(rtcp);
  }
}

function opened(result: Buffer | SrtpRefusal | undefined): Buffer | SecuredVerdict {
  if (result === undefined) return 'srtp-keys-awaited';
  return typeof result === 'string' ? `srtp-${result}` : result;
}
