import { ClientTransaction, type ClientTransactionListener } from './client-transaction.ts';
import type { SipEvent } from './contract.ts';
import type { Flow } from './flow.ts';
import { serializeMessage, type SipRequest, type SipResponse } from './message.ts';
import { responseFlow } from './response-flow.ts';
import { ServerTransaction } from './server-transaction.ts';
import type { SipTimers } from './timers.ts';
import { clientTransactionKey, mergeKey, serverTransactionKey } from './transaction-key.ts';

/** What the table needs. */
export interface TransactionsOptions {
  readonly timers: SipTimers;
  readonly emit: (event: SipEvent) => void;
}

/** All running transactions of a user agent, found by the messages that belong to them. */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  /** Which transaction owns the first copy of a request outside dialogs (RFC 3261 section 8.2.2.2). */
  readonly #firstCopies = new Map<string, ServerTransaction>();

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** Server transactions now held. */
  get serverCount(): number {
    return this.#servers.size;
  }

  /** Client transactions now held. */
  get clientCount(): number {
    return this.#clients.size;
  }

  findServer(request: SipRequest, method?: string): ServerTransaction | undefined {
    return this.#servers.get(serverTransactionKey(request, method));
  }

  startServer(request: SipRequest, flow: Flow, localTag: string): ServerTransaction {
    const key = serverTransactionKey(request);
    const transaction = new ServerTransaction(key, request, flow, localTag, {
      timers: this.#options.timers,
      send: (response, owner, retransmission) => {
        this.sendResponse(response, owner.flow, request.method, retransmission);
      },
      ended: (owner) => {
        this.#servers.delete(owner.key);
        if (this.#firstCopies.get(mergeKey(request)) === owner) this.#firstCopies.delete(mergeKey(request));
      },
    });
    this.#servers.set(key, transaction);
    return transaction;
  }

  /** True when another transaction already serves a copy of this request; otherwise this one becomes the first copy. */
  isMerged(transaction: ServerTransaction): boolean {
    const key = mergeKey(transaction.request);
    const first = this.#firstCopies.get(key);
    if (first === undefined) this.#firstCopies.set(key, transaction);
    return first !== undefined && first !== transaction;
  }

  startClient(request: SipRequest, flow: Flow, listener: ClientTransactionListener): ClientTransaction {
    const key = clientTransactionKey(request);
    const host = {
      timers: this.#options.timers,
      send: this.sendRequest.bind(this),
      ended: (ended: string): void => {
        this.#clients.delete(ended);
      },
    };
    const transaction = new ClientTransaction(key, request, flow, host, listener);
    this.#clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** Hands a response to its transaction; false when there is none. */
  receiveResponse(response: SipResponse): boolean {
    const transaction = this.#clients.get(clientTransactionKey(response));
    transaction?.receive(response);
    return transaction !== undefined;
  }

  /**
   * A connection has ended: requests that went over it and were answered by nothing yet fail at once, as they may have been lost
   * with it. One that was answered provisionally waits on, as its final answer may come over another (section 18.2.2).
   */
  failUnheard(flow: Flow, error: Error): void {
    for (const transaction of [...this.#clients.values()])
      if (transaction.flow === flow && transaction.state === 'calling') transaction.abandon(error);
  }

  /** Writes a response where RFC 3261 section 18.2.2 wants it. */
  sendResponse(response: SipResponse, flow: Flow, method: string, retransmission = false): void {
    const type = retransmission ? 'retransmitted' : 'sent';
    const route = responseFlow(response, flow);
    this.#options.emit({ type, method, status: response.status, source: route.source });
    route.send(serializeMessage(response), (error) => {
      this.#options.emit({ type: 'transport-error', method, source: route.source, error });
    });
  }

  /** Writes a request; used by transactions, and directly for the ACK of a 2xx. */
  sendRequest(
    request: SipRequest,
    flow: Flow,
    retransmission: boolean,
    onError: (error: Error) => void,
  ): void {
    const { method } = request;
    this.#options.emit({ type: retransmission ? 'retransmitted' : 'sent', method, source: flow.source });
    flow.send(serializeMessage(request), (error) => {
      this.#options.emit({ type: 'transport-error', method, source: flow.source, error });
      onError(error);
    });
  }

  /** Ends all; whoever waits for a response is told that the transport is gone. */
  close(): void {
    for (const transaction of [...this.#servers.values()]) transaction.terminate();
    for (const transaction of [...this.#clients.values()])
      transaction.abandon(new Error('The user agent was closed.'));
    this.#firstCopies.clear();
  }
}
