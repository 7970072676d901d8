import { HoldfastError } from '../errors.ts';
import { failureError } from './client-failure.ts';
import type { ClientTransaction, ClientTransactionListener } from './client-transaction.ts';
import type { ContactParams, SipEvent, UserAgentOptions } from './contract.ts';
import type { Flow, Transport } from './flow.ts';
import { flowToHop, type Hop } from './hop.ts';
import { localHost } from './local-address.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { DEFAULT_SESSION_TIMER, type SessionTimerPolicy } from './session-expires.ts';
import { DEFAULT_TIMERS, type SipTimers } from './timers.ts';
import { Transactions } from './transactions.ts';
import { formatHostPort } from './uri.ts';
import { BRANCH_COOKIE, formatVia } from './via.ts';

/** Methods a peer may use with us (RFC 3261 section 20.5); MESSAGE is taken inside dialogs only, so not announced. */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO';

/** Who takes the requests that carry the tags of one dialog. */
export interface DialogParty {
  receive(transaction: ServerTransaction): void;
  acknowledge(ack: SipRequest): void;
  /** Over which the peer was last heard. */
  readonly flow: Flow;
  /** Stops timers without a word to anyone: the user agent is closing. */
  dispose(): void;
}

/** How a Contact of ours is written. */
export interface ContactForm {
  /** Instead of those of the user agent. */
  readonly params?: ContactParams | undefined;
  readonly secure?: boolean;
}

/** What dialogs and calls share: transports, transactions, the dialog table, identifiers, and how handlers are called. */
export class Core {
  readonly options: UserAgentOptions;
  readonly timers: SipTimers;
  readonly transactions: Transactions;
  readonly dialogs = new Map<string, DialogParty>();
  /** `undefined` when session timers are not wanted. */
  readonly sessionPolicy: SessionTimerPolicy | undefined;
  /** Option tags in Supported: the application's and our own. */
  readonly supported: readonly string[];
  transports: readonly Transport[] = [];
  #closed = false;
  readonly #random: (bytes: number) => Buffer;

  constructor(options: UserAgentOptions, random: (bytes: number) => Buffer) {
    this.options = options;
    this.timers = { ...DEFAULT_TIMERS, ...options.timers };
    this.#random = random;
    const { sessionTimer = {} } = options;
    this.sessionPolicy = sessionTimer === false ? undefined : { ...DEFAULT_SESSION_TIMER, ...sessionTimer };
    const own = this.sessionPolicy === undefined ? ['replaces'] : ['timer', 'replaces'];
    this.supported = [...new Set([...(options.supported ?? []), ...own])];
    this.transactions = new Transactions({ timers: this.timers, emit: this.emit });
  }

  /** Ends dialogs, transactions and transports, silently towards the peers. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const party of [...this.dialogs.values()]) party.dispose();
    this.transactions.close();
    await Promise.all(this.transports.map((transport) => transport.close()));
  }

  /** Reports an event; a listener that throws is not allowed to disturb a call. */
  readonly emit = (event: SipEvent): void => {
    try {
      this.options.onEvent?.({ at: (this.options.now ?? Date.now)(), ...event });
    } catch {
      // Reporting must never cost a call its answer.
    }
  };

  /** Calls a handler of the application; a throw, or the rejection of a promise it returns, is reported and goes to `failed`. */
  guard(call: () => unknown, failed: () => void = () => undefined): void {
    const report = (error: unknown): void => {
      this.emit({ type: 'handler-error', error });
      failed();
    };
    try {
      const result = call();
      // A handler may be an async function although its type says void.
      Promise.resolve(result).catch(report);
    } catch (error) {
      report(error);
    }
  }

  /** A fresh identifier for tags, branches and Call-IDs: at least 64 random bits (RFC 3261 section 19.3 asks for 32). */
  newId(): string {
    return this.#random(12).toString('hex');
  }

  /** 0 to 10 seconds by chance, for the Retry-After of a collision (RFC 3261 section 14.2). */
  retryAfter(): string {
    return String((this.#random(1)[0] ?? 0) % 11);
  }

  /** Supported and Allow, for what begins or refreshes a session (RFC 3261 section 13.2.1). */
  get abilities(): Record<string, string> {
    const { supported } = this;
    return { Allow: ALLOW, ...(supported.length === 0 ? {} : { Supported: supported.join(', ') }) };
  }

  /**
   * Milliseconds by chance until a request that collided may be sent again (RFC 3261 section 14.1): of two sides, the one
   * that made the Call-ID waits longer. In units of T1, which makes it 2 to 4 seconds and 0 to 2.
   */
  collisionDelay(madeCallId: boolean): number {
    const share = (this.#random(1)[0] ?? 0) / 256;
    return this.timers.t1 * (madeCallId ? 4.2 + 3.8 * share : 4 * share);
  }

  /** Our Contact towards the peer of a flow; `secure` when the dialog was asked for with sips: (RFC 3261 section 12.1.1). */
  contact(
    flow: Flow,
    { params = this.options.contactParams ?? '', secure = false }: ContactForm = {},
  ): string {
    const address = formatHostPort(localHost(flow), flow.local.port || undefined);
    const { transport } = flow.source;
    const named = secure || transport === 'udp' ? '' : `;transport=${transport}`;
    const uri = `${secure ? 'sips' : 'sip'}:${address}${named}`;
    return typeof params === 'function' ? params(uri) : `<${uri}>${params}`;
  }

  /** As flowToHop; rejects with `unavailable` once the user agent is closed. */
  flowTo(hop: Hop, preferred?: Flow): Promise<Flow> {
    if (this.#closed) {
      const message = 'The SIP user agent is closed, so nothing was sent; start another one.';
      return Promise.reject(new HoldfastError('unavailable', message));
    }
    return flowToHop(hop, this.transports, preferred);
  }

  /** Puts our Via on top (RFC 3261 section 18.1.1, RFC 3581). */
  stamp(request: SipRequest, flow: Flow): SipRequest {
    const via = formatVia({
      transport: flow.source.transport.toUpperCase(),
      host: localHost(flow),
      ...(flow.local.port === 0 ? {} : { port: flow.local.port }),
      params: new Map([
        ['branch', `${BRANCH_COOKIE}${this.newId()}`],
        ['rport', undefined],
      ]),
    });
    const headers = request.headers.clone().prepend('Via', via);
    const { serverName } = this.options;
    if (serverName !== undefined && !headers.has('User-Agent')) headers.append('User-Agent', serverName);
    return { ...request, headers };
  }

  /** Starts a client transaction under a fresh Via. */
  start(request: SipRequest, flow: Flow, listener: ClientTransactionListener): ClientTransaction {
    return this.transactions.startClient(this.stamp(request, flow), flow, listener);
  }

  /** Sends a request and waits for its final response; `onSuccess` also gets every repeated 2xx. Rejects as `failureError` says. */
  exchange(
    request: SipRequest,
    flow: Flow,
    onSuccess?: (response: SipResponse) => void,
  ): Promise<SipResponse> {
    return new Promise((resolve, reject) => {
      this.start(request, flow, {
        onResponse: (response) => {
          if (response.status < 200) return;
          if (response.status < 300) onSuccess?.(response);
          resolve(response);
        },
        onFailure: (failure) => {
          reject(failureError(failure, request.method));
        },
      });
    });
  }

  /** Sends the ACK of a 2xx, and again with each call of the returned function (RFC 3261 section 13.2.2.4). */
  sendAck(ack: SipRequest, flow: Flow): () => void {
    const stamped = this.stamp(ack, flow);
    const ignore = (): void => undefined;
    this.transactions.sendRequest(stamped, flow, false, ignore);
    return () => {
      this.transactions.sendRequest(stamped, flow, true, ignore);
    };
  }
}

/** The key of a dialog in the table; tags as seen from us. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}|${localTag}|${remoteTag}`;
}
