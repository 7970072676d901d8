import { SrtpReceiver, type SrtpRefusal } from '../../media/srtp/srtp-receiver.ts';
import { SrtpSender } from '../../media/srtp/srtp-sender.ts';
import type { StreamSecurity } from './media-engine.ts';

/** Why a packet of a secured line was not opened; a verdict for the counters. */
export type SecuredVerdict = `srtp-${SrtpRefusal | 'keys-awaited'}`;

/** The SRTP of one line: opens what comes, protects the RTCP that goes out. Without keys yet nothing is opened. */
export class SecuredLine {
  #receiver: SrtpReceiver | undefined;
  #sender: SrtpSender | undefined;

  constructor(security: StreamSecurity | 'awaited') {
    if (security !== 'awaited') this.rekey(security);
  }

  /** New keys; packets under the old ones are still opened until the first under the new. */
  rekey({ receive, send }: StreamSecurity): void {
    if (this.#receiver === undefined) this.#receiver = new SrtpReceiver(receive);
    else this.#receiver.rekey(receive);
    if (this.#sender === undefined) this.#sender = new SrtpSender(send);
    else this.#sender.rekey(send);
  }

  /** Keys are still to come. */
  get awaiting(): boolean {
    return this.#receiver === undefined;
  }

  /** The RTP packet inside, or why it was refused. */
  openRtp(packet: Buffer): Buffer | SecuredVerdict {
    return opened(this.#receiver?.unprotect(packet));
  }

  /** The RTCP packet inside, or why it was refused. */
  openRtcp(packet: Buffer): Buffer | SecuredVerdict {
    return opened(this.#receiver?.unprotectRtcp(packet));
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
