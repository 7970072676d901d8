import type { Refusal } from './contract.ts';
import { ALLOW, dialogKey, type Core, type DialogParty } from './core.ts';
import { parseCSeq } from './cseq.ts';
import type { Flow, SipSource, TransportHandlers } from './flow.ts';
import { PendingInvite } from './incoming-invite.ts';
import type { MalformedMessage, SipMessage, SipRequest } from './message.ts';
import { isUsableResponse, requestFault } from './message-fault.ts';
import { tagOf } from './name-addr.ts';
import { resolveReplaces } from './replaces.ts';
import { buildResponse, reasonPhrase, type HeaderValues } from './response.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { intervalFault } from './session-expires.ts';
import { formatVia, parseVia, stampVia } from './via.ts';

const DEFAULT_MAX_TRANSACTIONS = 20_000;

/** Methods that make no sense outside a dialog: 481 rather than 405. */
const DIALOG_ONLY: ReadonlySet<string> = new Set(['BYE', 'UPDATE', 'INFO', 'PRACK', 'NOTIFY']);

/** Option tags that ask nothing of who answers at once: no provisional answer is sent, so none has to be reliable (RFC 3262). */
const HARMLESS = ['100rel'];

/**
 * Takes what the transports read and brings it where it belongs (RFC 3261 section 8.2): a response to its transaction, a
 * request to its transaction, its dialog, or a new call. No bytes and no handler can make it throw, and every
 * request that can be answered gets a final answer.
 */
export class RequestServer implements TransportHandlers {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  onError(error: Error, source: SipSource | undefined): void {
    this.#core.emit({ type: 'transport-error', error, ...(source === undefined ? {} : { source }) });
  }

  onClosed(flow: Flow, error: Error): void {
    this.#core.transactions.failUnheard(flow, error);
  }

  isInUse(flow: Flow): boolean {
    return [...this.#core.dialogs.values()].some((party) => party.flow === flow);
  }

  onMessage(message: SipMessage | MalformedMessage, flow: Flow): void {
    const { source } = flow;
    if (message.kind === 'malformed') {
      this.#refuseMalformed(message, flow);
    } else if (message.kind === 'request') {
      this.#takeRequest(message, flow);
    } else if (!isUsableResponse(message)) {
      this.#core.emit({
        type: 'malformed',
        status: message.status,
        source,
        reason: 'Response without Via or CSeq',
      });
    } else {
      const method = parseCSeq(message.headers.get('CSeq'))?.method ?? '';
      this.#core.emit({ type: 'received', method, status: message.status, source });
      this.#core.transactions.receiveResponse(message);
    }
  }

  #takeRequest(received: SipRequest, flow: Flow): void {
    const { source } = flow;
    const fault = requestFault(received);
    const { method } = received;
    if (fault !== undefined) {
      this.#core.emit({ type: 'malformed', method, source, reason: fault.reason });
      if (method !== 'ACK') this.#answerStateless(received, flow, fault);
      return;
    }
    const request = stamped(received, source);
    this.#core.emit({ type: 'received', method, source });
    const existing = this.#core.transactions.findServer(request);
    // An ACK that a 2xx transaction does not want is for the dialog; so is one that names no transaction.
    if (existing !== undefined && !existing.receive(request)) return;
    if (method === 'ACK') this.#core.dialogs.get(keyOf(request))?.acknowledge(request);
    else this.#startTransaction(request, flow);
  }

  #startTransaction(request: SipRequest, flow: Flow): void {
    const { transactions } = this.#core;
    if (this.#isOverloaded(request)) {
      this.#answerStateless(request, flow, {
        status: 503,
        headers: { 'Retry-After': this.#core.retryAfter() },
      });
      return;
    }
    // The tag of a CANCEL's answer is that of its INVITE (section 9.2).
    const cancelled = request.method === 'CANCEL' ? transactions.findServer(request, 'INVITE') : undefined;
    const localTag = tagOf(request.headers.get('To')) ?? cancelled?.localTag ?? this.#core.newId();
    const transaction = transactions.startServer(request, flow, localTag);
    this.#core.guard(
      () => {
        if (request.method === 'CANCEL') cancel(transaction, cancelled);
        else this.#dispatch(transaction);
      },
      () => {
        transaction.respond(500);
      },
    );
  }

  #isOverloaded(request: SipRequest): boolean {
    const { transactions, options, dialogs } = this.#core;
    const { maxTransactions = DEFAULT_MAX_TRANSACTIONS } = options;
    if (transactions.serverCount < maxTransactions) return false;
    return transactions.serverCount >= 2 * maxTransactions || !dialogs.has(keyOf(request));
  }

  #dispatch(transaction: ServerTransaction): void {
    const { request } = transaction;
    const inDialog = tagOf(request.headers.get('To')) !== undefined;
    const dialog = inDialog ? this.#core.dialogs.get(keyOf(request)) : undefined;
    const refusal = inDialog && dialog === undefined ? { status: 481 } : this.#refusal(transaction, dialog);
    if (refusal !== undefined) transaction.respond(refusal.status, refusal);
    else if (dialog !== undefined) dialog.receive(transaction);
    else if (request.method === 'OPTIONS') transaction.respond(200, { headers: this.#capabilities() });
    else this.#offer(transaction);
  }

  /** The checks of section 8.2, in its order, with the application's admission before anything that costs. */
  #refusal(transaction: ServerTransaction, dialog: DialogParty | undefined): Refusal | undefined {
    const { request, flow } = transaction;
    const { options, transactions } = this.#core;
    if (dialog !== undefined) {
      const { address, transport } = dialog.flow.source;
      const moved = address !== flow.source.address || transport !== flow.source.transport;
      const admission = moved ? options.admitMoved?.(request, flow.source) : undefined;
      if (admission !== undefined) return admission;
    } else {
      if (DIALOG_ONLY.has(request.method)) return { status: 481 };
      if (transactions.isMerged(transaction)) return { status: 482, reason: 'Merged Request' };
      const admission = options.admit?.(request, flow.source);
      if (admission !== undefined) return admission;
      if (request.method !== 'INVITE' && request.method !== 'OPTIONS')
        return { status: 405, headers: { Allow: ALLOW } };
    }
    const spent = Number(request.headers.get('Max-Forwards') ?? '70') === 0;
    if (spent && options.refuseSpentMaxForwards === true) return { status: 483 };
    return unsupportedExtension(request, this.#core.supported) ?? this.#intervalFault(request);
  }

  #intervalFault(request: SipRequest): Refusal | undefined {
    const { sessionPolicy } = this.#core;
    return sessionPolicy === undefined ? undefined : intervalFault(request, sessionPolicy);
  }

  #offer(transaction: ServerTransaction): void {
    const replaces = resolveReplaces(transaction.request, this.#core.dialogs);
    if ('refusal' in replaces) {
      transaction.respond(replaces.refusal.status, replaces.refusal);
      return;
    }
    const invite = new PendingInvite(this.#core, transaction, replaces.dialog);
    this.#core.guard(
      () => this.#core.options.onInvite(invite),
      () => {
        invite.reject(500);
      },
    );
  }

  /** What an OPTIONS learns (section 11.2). */
  #capabilities(): HeaderValues {
    const { serverName, optionsHeaders } = this.#core.options;
    return {
      ...this.#core.abilities,
      ...(serverName === undefined ? {} : { Server: serverName }),
      ...(typeof optionsHeaders === 'function' ? optionsHeaders() : optionsHeaders),
    };
  }

  /** Answers bytes that are nearly a request; what has no readable Via, From, To, Call-ID and CSeq is only counted. */
  #refuseMalformed(message: MalformedMessage, flow: Flow): void {
    const { method, headers, reason, status } = message;
    this.#core.emit({
      type: 'malformed',
      source: flow.source,
      reason,
      ...(method === undefined ? {} : { method }),
    });
    const answerable = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].every((name) => headers.has(name));
    if (method === undefined || method === 'ACK' || !answerable) return;
    const request: SipRequest = { kind: 'request', method, uri: '', headers, body: Buffer.alloc(0) };
    this.#answerStateless(request, flow, { status, reason });
  }

  /** An answer that leaves no state behind; a retransmission is answered again. A fault is also explained in a Warning. */
  #answerStateless(request: SipRequest, flow: Flow, refusal: Refusal): void {
    const { status, reason } = refusal;
    if (parseVia(request.headers.get('Via') ?? '') === undefined) return;
    const warning = reason === undefined ? {} : { Warning: `399 holdfast "${reason}"` };
    const phrase = reason === undefined ? reasonPhrase(status) : reason;
    const answer = { reason: phrase, headers: { ...warning, ...refusal.headers } };
    const response = buildResponse(stamped(request, flow.source), status, this.#core.newId(), answer);
    this.#core.transactions.sendResponse(response, flow, request.method);
  }
}

/** 200 to the CANCEL, then the INVITE is told, which answers 487 unless its final answer is out (section 9.2). */
function cancel(transaction: ServerTransaction, invite: ServerTransaction | undefined): void {
  transaction.respond(invite === undefined ? 481 : 200);
  if (invite !== undefined && !invite.answered) invite.onCancel?.();
}

/** 420 for an option tag in Require that we do not have, 415 for a packed body (section 8.2.2.3, 8.2.3). */
function unsupportedExtension(request: SipRequest, supported: readonly string[]): Refusal | undefined {
  const known = new Set([...supported.map((tag) => tag.toLowerCase()), ...HARMLESS]);
  const unknown = request.headers.getAll('Require').filter((tag) => !known.has(tag.toLowerCase()));
  if (unknown.length > 0) return { status: 420, headers: { Unsupported: unknown.join(', ') } };
  const packed = request.headers
    .getAll('Content-Encoding')
    .some((coding) => coding.toLowerCase() !== 'identity');
  return packed ? { status: 415, headers: { 'Accept-Encoding': 'identity' } } : undefined;
}

/** The dialog as we see it: our tag is in To. */
function keyOf({ headers }: SipRequest): string {
  return dialogKey(
    headers.get('Call-ID') ?? '',
    tagOf(headers.get('To')) ?? '',
    tagOf(headers.get('From')) ?? '',
  );
}

function stamped(request: SipRequest, source: SipSource): SipRequest {
  const via = parseVia(request.headers.get('Via') ?? '');
  if (via === undefined) return request;
  return {
    ...request,
    headers: request.headers.clone().replaceFirst('Via', formatVia(stampVia(via, source))),
  };
}
