import type { Flow } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { buildResponse, type Answer } from './response.ts';
import { after, repeatWithBackoff, type SipTimers } from './timers.ts';

/** What a server transaction needs from the layer that keeps it. */
export interface ServerTransactionHost {
  readonly timers: SipTimers;
  /** Puts a response on the wire. */
  send(response: SipResponse, transaction: ServerTransaction, retransmission: boolean): void;
  /** The transaction is over; called once. */
  ended(transaction: ServerTransaction): void;
}

/** `accepted` is the state RFC 6026 adds after a 2xx to INVITE. */
export type ServerTransactionState =
  'trying' | 'proceeding' | 'completed' | 'accepted' | 'confirmed' | 'terminated';

/**
 * A server transaction (RFC 3261 section 17.2, RFC 6026): absorbs retransmissions and repeats the last response. INVITE:
 * sends 100 when nobody answers in time, repeats a refusal until its ACK (timers G, H, I) and stays behind a 2xx
 * for 64 × T1 (timer L). Others: stays for timer J. Over a reliable flow I and J are zero.
 */
export class ServerTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  /** The To tag of every answer that needs one. */
  readonly localTag: string;
  /** Called when a CANCEL arrives before the final answer; set by whoever answers the INVITE. */
  onCancel: (() => void) | undefined;
  readonly #host: ServerTransactionHost;
  #state: ServerTransactionState = 'trying';
  #last: SipResponse | undefined;
  #stops: (() => void)[] = [];

  constructor(key: string, request: SipRequest, flow: Flow, localTag: string, host: ServerTransactionHost) {
    this.key = key;
    this.request = request;
    this.flow = flow;
    this.localTag = localTag;
    this.#host = host;
    if (this.isInvite) {
      this.#schedule(host.timers.trying, () => {
        if (this.#state === 'trying') this.respond(100);
      });
    }
  }

  get state(): ServerTransactionState {
    return this.#state;
  }

  get isInvite(): boolean {
    return this.request.method === 'INVITE';
  }

  /** True once a final response was given. */
  get answered(): boolean {
    return this.#state !== 'trying' && this.#state !== 'proceeding';
  }

  /** Answers and returns the response; `undefined`, with nothing sent, when a final answer was given before. */
  respond(status: number, answer: Answer = {}): SipResponse | undefined {
    if (this.answered) return undefined;
    const response = buildResponse(this.request, status, this.localTag, answer);
    this.#last = response;
    if (status < 200) this.#state = 'proceeding';
    else this.#complete(status);
    this.#host.send(response, this, false);
    return response;
  }

  /** Sends a 2xx to INVITE again: until the ACK that is the dialog's duty, not ours (section 13.3.1.4). */
  repeat(): void {
    if (this.#last !== undefined && this.#state !== 'terminated') this.#host.send(this.#last, this, true);
  }

  /** Takes a retransmission, or the ACK of a refusal; true when an ACK after a 2xx is left to the dialog. */
  receive(request: SipRequest): boolean {
    if (request.method === 'ACK') {
      if (this.#state === 'completed') this.#confirm();
      return this.#state === 'accepted';
    }
    // A 2xx is repeated by the dialog alone (RFC 6026 section 7.1).
    if (this.#state !== 'accepted' && this.#state !== 'confirmed') this.repeat();
    return false;
  }

  /** Stops all timers and leaves; idempotent. */
  terminate(): void {
    if (this.#state === 'terminated') return;
    this.#state = 'terminated';
    this.#stop();
    this.#host.ended(this);
  }

  #complete(status: number): void {
    const { t1, t2 } = this.#host.timers;
    this.#stop();
    if (!this.isInvite) {
      this.#state = 'completed';
      this.#schedule(this.flow.reliable ? 0 : 64 * t1, () => this.terminate());
      return;
    }
    this.#state = status < 300 ? 'accepted' : 'completed';
    this.#schedule(64 * t1, () => this.terminate());
    if (this.#state === 'completed' && !this.flow.reliable) {
      this.#stops.push(repeatWithBackoff(t1, t2, () => this.repeat()));
    }
  }

  #confirm(): void {
    this.#state = 'confirmed';
    this.#stop();
    this.#schedule(this.flow.reliable ? 0 : this.#host.timers.t4, () => this.terminate());
  }

  #schedule(ms: number, action: () => void): void {
    this.#stops.push(after(ms, action));
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}
