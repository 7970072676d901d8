import { HoldfastError } from '../errors.ts';
import { failureError } from './client-failure.ts';
import type { ClientTransaction } from './client-transaction.ts';
import type { Dialog, InviteOptions, RequestContent } from './contract.ts';
import type { Core } from './core.ts';
import { DialogState } from './dialog-state.ts';
import { SipDialog } from './dialog.ts';
import type { Flow } from './flow.ts';
import { Headers } from './headers.ts';
import { hopOf } from './hop.ts';
import { credentialsOf, inviteAfter } from './invite-retry.ts';
import { refusedCall } from './refused-call.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { tagOf, withTag } from './name-addr.ts';
import { askSession } from './session-expires.ts';
import { after } from './timers.ts';

/** An answered call. */
export interface AnsweredCall {
  readonly dialog: Dialog;
  readonly response: SipResponse;
}

/** Places a call (RFC 3261 section 13.2); the promise is that of `UserAgent.invite`. */
export async function placeCall(core: Core, options: InviteOptions): Promise<AnsweredCall> {
  if (options.signal?.aborted === true) throw aborted();
  const flow = await core.flowTo(hopOf(options.target));
  const call = new OutgoingCall(core, flow, options);
  return call.outcome;
}

/** A call from its INVITE to the end of the INVITE transaction: answers, forks, CANCEL. */
class OutgoingCall {
  readonly outcome: Promise<AnsweredCall>;
  readonly #core: Core;
  readonly #flow: Flow;
  readonly #options: InviteOptions;
  #transaction: ClientTransaction;
  readonly #settle: { resolve: (call: AnsweredCall) => void; reject: (error: Error) => void };
  /** The ACK of each fork that answered, by its tag. */
  readonly #acks = new Map<string, Promise<() => void>>();
  readonly #onAbort = (): void => {
    this.#cancel();
  };
  #provisional = false;
  #final = false;
  #cancelSent = false;
  #stopPatience: (() => void) | undefined;

  constructor(core: Core, flow: Flow, options: InviteOptions) {
    this.#core = core;
    this.#flow = flow;
    this.#options = options;
    const { promise, resolve, reject } = Promise.withResolvers<AnsweredCall>();
    this.outcome = promise;
    this.#settle = { resolve, reject };
    this.#transaction = this.#send(inviteRequest(core, flow, options));
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  #send(invite: SipRequest): ClientTransaction {
    return this.#core.start(invite, this.#flow, {
      onResponse: (response) => {
        this.#receive(response);
      },
      onFailure: (failure) => {
        this.#finish();
        this.#settle.reject(this.#aborted ? aborted() : failureError(failure, 'INVITE'));
      },
    });
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  #receive(response: SipResponse): void {
    if (response.status < 200) {
      this.#provisional = true;
      if (this.#aborted) this.#cancel();
    } else if (response.status < 300) this.#answered(response);
    else this.#refused(response);
  }

  /** A refusal that says how the call would be accepted is followed, as often as each INVITE differs from the one before. */
  #refused(response: SipResponse): void {
    const { credentials } = this.#options;
    const means = { credentials, cnonce: this.#core.newId() };
    const next = this.#aborted ? undefined : inviteAfter(response, this.#transaction.request, means);
    if (next === undefined) {
      this.#finish();
      this.#settle.reject(this.#aborted ? aborted() : refusedCall(response));
      return;
    }
    this.#provisional = false;
    this.#transaction = this.#send(next);
  }

  /** Each fork's 2xx is acknowledged; only the first becomes the call, others get BYE (section 13.2.2.4). */
  #answered(response: SipResponse): void {
    const tag = tagOf(response.headers.get('To')) ?? '';
    const known = this.#acks.get(tag);
    if (known !== undefined) {
      void known.then(
        (repeat) => repeat(),
        () => undefined,
      );
      return;
    }
    const wanted = !this.#final && !this.#aborted;
    const dialog = new SipDialog(
      this.#core,
      DialogState.ofClient(this.#transaction.request, response),
      this.#flow,
      this.#options.contactParams,
    );
    dialog.session.learn(response);
    const release = dialog.holdRequests();
    const answer = this.#answerOf(response);
    const ack = dialog.sendAck(response, credentialsOf(this.#transaction.request), answer.content);
    this.#acks.set(tag, ack);
    this.#finish();
    ack.then(
      () => {
        if (wanted && answer.fault === undefined) this.#settle.resolve({ dialog, response });
        else void dialog.bye();
        if (answer.fault !== undefined) this.#settle.reject(answer.fault);
        release();
      },
      (error: Error) => {
        dialog.dispose();
        this.#settle.reject(error);
      },
    );
    if (!wanted) this.#settle.reject(aborted());
  }

  /** What the caller answers to an offer in a 2xx; an offer it cannot answer is acknowledged all the same, and ended. */
  #answerOf(response: SipResponse): { readonly content?: RequestContent; readonly fault?: Error } {
    try {
      const content = this.#options.acknowledge?.(response);
      return content === undefined ? {} : { content };
    } catch (error) {
      return {
        fault: error instanceof Error ? error : new Error('The offer was not answered.', { cause: error }),
      };
    }
  }

  /** CANCEL may only follow a provisional answer (section 9.1); before one it waits for it. */
  #cancel(): void {
    if (this.#final || this.#cancelSent || !this.#provisional) return;
    this.#cancelSent = true;
    const { uri, headers: from } = this.#transaction.request;
    const rows = ['Via', 'From', 'To', 'Call-ID'].map((name) => [name, from.get(name) ?? ''] as const);
    const cseq = (from.get('CSeq') ?? '').replace(/\S+$/, 'CANCEL');
    const headers = new Headers([...rows, ['CSeq', cseq], ['Max-Forwards', '70']]);
    for (const route of from.getAll('Route')) headers.append('Route', route);
    const cancel: SipRequest = { kind: 'request', method: 'CANCEL', uri, headers, body: Buffer.alloc(0) };
    // A peer that forgets the 487 does not hold the caller (section 9.1).
    this.#stopPatience = after(64 * this.#core.timers.t1, () => {
      this.#transaction.abandon(new Error('No answer after CANCEL.'));
    });
    this.#core.transactions.startClient(cancel, this.#flow, {
      onResponse: () => undefined,
      onFailure: () => undefined,
    });
  }

  #finish(): void {
    this.#final = true;
    this.#stopPatience?.();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }
}

function inviteRequest(core: Core, flow: Flow, options: InviteOptions): SipRequest {
  const { sessionPolicy } = core;
  const session = sessionPolicy === undefined ? {} : askSession(sessionPolicy.expires, sessionPolicy.minimum);
  const headers = new Headers([
    ['Max-Forwards', '70'],
    ['From', withTag(options.from, core.newId())],
    ['To', options.to.includes('<') ? options.to : `<${options.to}>`],
    ['Call-ID', core.newId()],
    ['CSeq', '1 INVITE'],
    [
      'Contact',
      core.contact(flow, { params: options.contactParams, secure: /^sips:/i.test(options.target) }),
    ],
    ...Object.entries({ ...core.abilities, ...session }),
  ]);
  if (options.contentType !== undefined) headers.append('Content-Type', options.contentType);
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers.set(name, value);
    else for (const row of value) headers.append(name, row);
  }
  const body = options.body ?? Buffer.alloc(0);
  return { kind: 'request', method: 'INVITE', uri: options.target, headers, body };
}

function aborted(): HoldfastError {
  return new HoldfastError(
    'conflict',
    'The call was cancelled by its caller before it was answered; nothing is connected.',
  );
}
