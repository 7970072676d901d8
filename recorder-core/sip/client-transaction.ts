import type { Flow } from './flow.ts';
import { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { after, repeatWithBackoff, type SipTimers } from './timers.ts';

/** Why a client transaction ended without a final response. */
export type ClientFailure =
  { readonly kind: 'timeout' } | { readonly kind: 'transport'; readonly cause: Error };

/** Who waits for the answer. */
export interface ClientTransactionListener {
  /** Each provisional once, the final one once; a 2xx to INVITE again for every retransmission and every fork. */
  onResponse(response: SipResponse): void;
  /** No final response will come; called at most once and never after a final one. */
  onFailure(failure: ClientFailure): void;
}

/** What a client transaction needs from the layer that keeps it. */
export interface ClientTransactionHost {
  readonly timers: SipTimers;
  send(request: SipRequest, flow: Flow, retransmission: boolean, onError: (error: Error) => void): void;
  ended(key: string): void;
}

type State = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated';

/**
 * A client transaction (RFC 3261 section 17.1, RFC 6026): retransmits over an unreliable flow (timers A, E), gives up
 * after 64 × T1 (B, F) or, once an INVITE was answered provisionally, after timer C; acknowledges a refused
 * INVITE itself and stays to absorb repeated finals (D, K, M).
 */
export class ClientTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly #host: ClientTransactionHost;
  readonly #listener: ClientTransactionListener;
  #state: State = 'calling';
  #stops: (() => void)[] = [];
  #ack: SipRequest | undefined;

  constructor(
    key: string,
    request: SipRequest,
    flow: Flow,
    host: ClientTransactionHost,
    listener: ClientTransactionListener,
  ) {
    this.key = key;
    this.request = request;
    this.flow = flow;
    this.#host = host;
    this.#listener = listener;
  }

  get state(): State {
    return this.#state;
  }

  /** Sends the request for the first time and starts the timers. */
  start(): void {
    const { t1, t2 } = this.#host.timers;
    this.#stops.push(after(64 * t1, () => this.#fail({ kind: 'timeout' })));
    if (!this.flow.reliable) {
      const ceiling = this.#isInvite ? Number.POSITIVE_INFINITY : t2;
      this.#stops.push(repeatWithBackoff(t1, ceiling, () => this.#send(this.request, true)));
    }
    this.#send(this.request, false);
  }

  /** Takes a response that names this transaction. */
  receive(response: SipResponse): void {
    if (this.#state === 'terminated') return;
    if (this.#state === 'completed') {
      if (this.#ack !== undefined && response.status >= 300) this.#send(this.#ack, true);
      return;
    }
    if (this.#state === 'accepted') {
      if (response.status >= 200 && response.status < 300) this.#listener.onResponse(response);
      return;
    }
    if (response.status < 200) this.#provisional();
    else this.#final(response);
    this.#listener.onResponse(response);
  }

  /** Gives up: a waiting listener is told that the transport failed. */
  abandon(cause: Error): void {
    this.#fail({ kind: 'transport', cause });
    this.terminate();
  }

  /** Stops all timers and leaves silently; idempotent. */
  terminate(): void {
    if (this.#state === 'terminated') return;
    this.#state = 'terminated';
    this.#stop();
    this.#host.ended(this.key);
  }

  get #isInvite(): boolean {
    return this.request.method === 'INVITE';
  }

  #provisional(): void {
    // A non-INVITE is repeated on, now at T2, and keeps timer F (section 17.1.2.2).
    const { t2, c } = this.#host.timers;
    if (this.#isInvite) {
      this.#stop();
      this.#stops.push(after(c, () => this.#fail({ kind: 'timeout' })));
    } else if (this.#state === 'calling' && !this.flow.reliable) {
      this.#stops.pop()?.();
      this.#stops.push(repeatWithBackoff(t2, t2, () => this.#send(this.request, true)));
    }
    this.#state = 'proceeding';
  }

  #final(response: SipResponse): void {
    const { t1, t4 } = this.#host.timers;
    this.#stop();
    const accepted = this.#isInvite && response.status < 300;
    this.#state = accepted ? 'accepted' : 'completed';
    if (this.#isInvite && !accepted) {
      this.#ack = ackOfRefusal(this.request, response);
      this.#send(this.#ack, false);
    }
    const linger = this.#isInvite ? 64 * t1 : t4;
    this.#stops.push(after(this.flow.reliable && !accepted ? 0 : linger, () => this.terminate()));
  }

  #fail(failure: ClientFailure): void {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    this.terminate();
    this.#listener.onFailure(failure);
  }

  #send(request: SipRequest, retransmission: boolean): void {
    this.#host.send(request, this.flow, retransmission, (cause) => this.#fail({ kind: 'transport', cause }));
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}

/** The ACK to a refusal: same branch, the answer's To (RFC 3261 section 17.1.1.3). */
function ackOfRefusal(invite: SipRequest, response: SipResponse): SipRequest {
  const { headers: from } = invite;
  const headers = new Headers([
    ['Via', from.get('Via') ?? ''],
    ['From', from.get('From') ?? ''],
    ['To', response.headers.get('To') ?? from.get('To') ?? ''],
    ['Call-ID', from.get('Call-ID') ?? ''],
    ['CSeq', (from.get('CSeq') ?? '').replace(/\S+$/, 'ACK')],
    ['Max-Forwards', '70'],
  ]);
  for (const route of from.getAll('Route')) headers.append('Route', route);
  return { kind: 'request', method: 'ACK', uri: invite.uri, headers, body: Buffer.alloc(0) };
}
