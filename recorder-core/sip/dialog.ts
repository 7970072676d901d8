import { HoldfastError, isHoldfastError } from '../errors.ts';
import type {
  ContactParams,
  Dialog,
  DialogEnd,
  InDialogContent,
  InDialogRequest,
  RequestContent,
} from './contract.ts';
import { ALLOW, dialogKey, type Core, type DialogParty } from './core.ts';
import { parseCSeq } from './cseq.ts';
import type { DialogState } from './dialog-state.ts';
import type { Flow } from './flow.ts';
import type { HeaderRow } from './headers.ts';
import { InDialogAnswer } from './in-dialog-answer.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { OfferExchange } from './offer-exchange.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { SessionKeeper } from './session-keeper.ts';
import { UnacknowledgedAnswers } from './unacknowledged-answers.ts';

/** Requests an application may see in a dialog; BYE and OPTIONS the stack answers itself. */
const FOR_THE_APPLICATION: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'INFO', 'MESSAGE']);

/** Requests that carry Contact, move the remote target and, unanswered, end the dialog. */
const SESSION_REQUESTS: ReadonlySet<string> = new Set(['INVITE', 'UPDATE']);

/**
 * A confirmed dialog: sends and answers requests on the facts that DialogState keeps. Over 250 lines, as what may happen to a
 * dialog is one state; collisions, 2xx, answers and session timers already live in files of their own.
 */
export class SipDialog implements Dialog, DialogParty {
  onRequest: ((request: InDialogRequest) => void) | undefined;
  onAck: ((ack: SipRequest) => void) | undefined;
  onBye: ((bye: SipRequest) => void) | undefined;
  onEnded: ((reason: DialogEnd) => void) | undefined;
  sessionDescription: (() => RequestContent) | undefined;
  readonly session: SessionKeeper;
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly #core: Core;
  readonly #facts: DialogState;
  readonly #contactParams: ContactParams | undefined;
  readonly #offers = new OfferExchange();
  readonly #unacknowledged: UnacknowledgedAnswers;
  readonly #unanswered = new Set<InDialogAnswer>();
  #flow: Flow;
  #ended = false;
  #bye: Promise<void> | undefined;
  #held: ServerTransaction[] | undefined;

  constructor(core: Core, facts: DialogState, flow: Flow, contactParams?: ContactParams) {
    this.#core = core;
    this.#facts = facts;
    this.#flow = flow;
    this.#contactParams = contactParams;
    this.callId = facts.callId;
    this.localTag = facts.localTag;
    this.remoteTag = facts.remoteTag;
    this.#unacknowledged = new UnacknowledgedAnswers(core.timers);
    this.session = new SessionKeeper({
      timers: core.timers,
      policy: core.sessionPolicy,
      request: (method, content) => this.request(method, content),
      sessionDescription: () => this.sessionDescription?.(),
      collisionDelay: () => core.collisionDelay(facts.caller),
      expire: () => void this.#hangUp('session-expired'),
    });
    core.dialogs.set(this.#key, this);
  }

  get state(): 'confirmed' | 'ended' {
    return this.#ended ? 'ended' : 'confirmed';
  }

  /**
   * Holds incoming requests back, so that whoever called `invite` can set its handlers first; the returned function lets
   * them in at the next turn of the event loop.
   */
  holdRequests(): () => void {
    const held: ServerTransaction[] = [];
    this.#held = held;
    return () => {
      setImmediate(() => {
        this.#held = undefined;
        for (const transaction of held) this.receive(transaction);
      });
    };
  }

  /** Takes a new request of the peer (RFC 3261 section 12.2.2). */
  receive(transaction: ServerTransaction): void {
    if (this.#held !== undefined) {
      this.#held.push(transaction);
      return;
    }
    const { request } = transaction;
    if (!this.#facts.takeCSeq(cseqOf(request))) transaction.respond(500, { reason: 'CSeq Out Of Order' });
    else if (request.method === 'BYE') this.#takeBye(transaction);
    else if (this.#ended) transaction.respond(481);
    else if (request.method === 'OPTIONS') transaction.respond(200, { headers: { Allow: ALLOW } });
    else if (FOR_THE_APPLICATION.has(request.method)) this.#serve(transaction);
    // Only what was sent reliably can be acknowledged so, and we send nothing so (RFC 3262 section 3).
    else if (request.method === 'PRACK') transaction.respond(481);
    else transaction.respond(405, { headers: { Allow: ALLOW } });
  }

  /** Takes an ACK; repeated ones and those that belong to no answer of ours are dropped. */
  acknowledge(ack: SipRequest): void {
    if (!this.#unacknowledged.acknowledge(cseqOf(ack)) || this.#ended) return;
    this.#core.guard(() => this.onAck?.(ack));
  }

  /** Repeats the 2xx just sent in this transaction until its ACK; without one the dialog ends with a BYE. */
  awaitAck(transaction: ServerTransaction, answer: SipResponse): void {
    const done = this.#offers.answered(transaction.request, answer);
    this.#unacknowledged.add(cseqOf(transaction.request), transaction, (acknowledged) => {
      done();
      if (!acknowledged) void this.#hangUp('no-ack');
    });
  }

  /**
   * Acknowledges a 2xx of the peer, with the answer to its offer if it made one and `added` headers of its INVITE; the
   * function it resolves with repeats the ACK.
   */
  async sendAck(
    response: SipResponse,
    added: readonly HeaderRow[] = [],
    content: RequestContent = {},
  ): Promise<() => void> {
    this.#facts.refreshTarget(response.headers);
    const flow = await this.#nextFlow();
    const ack = this.#facts.request('ACK', cseqOf(response));
    this.#fill(ack, content);
    for (const [name, value] of added) ack.headers.append(name, value);
    return this.#core.sendAck({ ...ack, body: content.body ?? ack.body }, flow);
  }

  async request(method: string, content: InDialogContent = {}): Promise<SipResponse> {
    if (this.#ended) throw conflict('the dialog has ended', 'Send nothing more in it');
    if (!FOR_THE_APPLICATION.has(method) && ['BYE', 'ACK', 'CANCEL'].includes(method)) {
      throw new HoldfastError(
        'invalid_input',
        `${method} is sent by the stack itself; use bye() to end a dialog.`,
      );
    }
    const request = this.#facts.request(method);
    this.#fill(request, content);
    const filled = { ...request, body: content.body ?? request.body };
    if (this.#offers.blocks(filled))
      throw conflict('another offer is under way in it', 'Wait for its answer');
    const done = this.#offers.begin(filled, 'ours');
    try {
      return await this.#exchange(filled, content);
    } finally {
      done();
    }
  }

  bye(content?: RequestContent): Promise<void> {
    return this.#hangUp('local-bye', content);
  }

  /** Ends in favour of the dialog that took its place (RFC 3891). */
  giveWay(): void {
    void this.#hangUp('replaced');
  }

  get flow(): Flow {
    return this.#flow;
  }

  dispose(): void {
    this.#ended = true;
    this.session.stop();
    this.#unacknowledged.stop();
    for (const answer of this.#unanswered) answer.dispose();
    this.#forget();
  }

  get #key(): string {
    return dialogKey(this.callId, this.localTag, this.remoteTag);
  }

  #serve(transaction: ServerTransaction): void {
    const { request, flow } = transaction;
    const collision = this.#offers.collision(request, this.#core.retryAfter());
    if (collision !== undefined) {
      transaction.respond(collision.status, collision);
      return;
    }
    this.#flow = flow;
    const refreshes = SESSION_REQUESTS.has(request.method);
    if (refreshes) this.#facts.refreshTarget(request.headers);
    const done = this.#offers.begin(request, 'theirs');
    const answer = new InDialogAnswer(this.#core, transaction, {
      success: refreshes
        ? () => ({
            Contact: this.#contact(flow),
            ...this.#core.abilities,
            ...this.session.answer(request),
          })
        : undefined,
      onFinal: (response) => {
        done();
        this.#unanswered.delete(answer);
        if (transaction.isInvite && response.status < 300) this.awaitAck(transaction, response);
      },
    });
    this.#unanswered.add(answer);
    answer.deliver(this.onRequest);
  }

  /** The dialog ends at once; its 200 waits for what the application still does about it. */
  #takeBye(transaction: ServerTransaction): void {
    let status = 200;
    let done: unknown;
    if (!this.#ended) {
      this.#core.guard(
        () => (done = this.onBye?.(transaction.request)),
        () => {
          status = 500;
        },
      );
    }
    this.#end('remote-bye');
    const answer = (): unknown => transaction.respond(status);
    void Promise.resolve(done).then(answer, answer);
    // A BYE of ours that crosses this one still waits for its answer.
    if (this.#bye === undefined) this.#forget();
  }

  /** Sends a request of ours and draws the consequences for the dialog (RFC 3261 section 12.2.1.2, RFC 5057). */
  async #exchange(request: SipRequest, content: InDialogContent): Promise<SipResponse> {
    const endsDialog = SESSION_REQUESTS.has(request.method);
    let ack: Promise<() => void> | undefined;
    const acknowledge = (response: SipResponse): void => {
      if (ack === undefined) ack = this.sendAck(response, [], answerTo(response, content));
      else
        void ack.then(
          (repeat) => repeat(),
          () => undefined,
        );
      ack.catch((error: unknown) => this.#core.emit({ type: 'transport-error', method: 'ACK', error }));
    };
    try {
      const flow = await this.#nextFlow();
      const response = await this.#core.exchange(
        request,
        flow,
        request.method === 'INVITE' ? acknowledge : undefined,
      );
      if (endsDialog && response.status < 300) {
        this.#facts.refreshTarget(response.headers);
        this.session.learn(response);
      }
      if (response.status === 481) {
        this.#end('timeout');
        this.#forget();
      }
      if (endsDialog && response.status === 408) void this.#hangUp('timeout');
      return response;
    } catch (error) {
      // A lost connection says nothing of the call, whose media may well go on (RFC 5057 section 5.1).
      if (endsDialog && isHoldfastError(error) && error.code === 'timeout') void this.#hangUp('timeout');
      throw error;
    }
  }

  #hangUp(reason: DialogEnd, content?: RequestContent): Promise<void> {
    if (!this.#ended) this.#bye = this.#sayBye(reason, content);
    return this.#bye ?? Promise.resolve();
  }

  /** The callee may not say BYE before its 2xx is acknowledged or given up (RFC 3261 section 15). */
  async #sayBye(reason: DialogEnd, content: RequestContent = {}): Promise<void> {
    this.#end(reason);
    await this.#unacknowledged.settled();
    // Once more over a new connection: the old one may have closed under the first, and a second BYE harms nobody.
    if (!(await this.#deliverBye(content))) await this.#deliverBye(content);
    this.#forget();
  }

  /** False when the connection was lost, so that another may serve. */
  async #deliverBye(content: RequestContent): Promise<boolean> {
    const bye = this.#facts.request('BYE');
    this.#fill(bye, content);
    try {
      await this.#core.exchange({ ...bye, body: content.body ?? bye.body }, await this.#nextFlow());
      return true;
    } catch (error) {
      this.#core.emit({ type: 'transport-error', method: 'BYE', error });
      return !(isHoldfastError(error) && error.code === 'unavailable');
    }
  }

  /** Marks the end, once; a dialog that says BYE itself stays known until that is answered, to meet a crossing BYE. */
  #end(reason: DialogEnd): void {
    const first = !this.#ended;
    this.#ended = true;
    this.session.stop();
    for (const answer of [...this.#unanswered]) answer.respond(487);
    if (reason === 'remote-bye' || reason === 'timeout') this.#unacknowledged.stop();
    if (first) this.#core.guard(() => this.onEnded?.(reason));
  }

  #forget(): void {
    this.#core.dialogs.delete(this.#key);
  }

  #contact(flow: Flow): string {
    return this.#core.contact(flow, { params: this.#contactParams, secure: this.#facts.secure });
  }

  #nextFlow(): Promise<Flow> {
    return this.#core.flowTo(this.#facts.nextHop(), this.#flow);
  }

  #fill(request: SipRequest, content: RequestContent): void {
    const { headers } = request;
    if (SESSION_REQUESTS.has(request.method)) {
      const rows = { Contact: this.#contact(this.#flow), ...this.#core.abilities, ...this.session.ask() };
      for (const [name, value] of Object.entries(rows)) headers.set(name, value);
    }
    if (content.contentType !== undefined) headers.append('Content-Type', content.contentType);
    for (const [name, value] of Object.entries(content.headers ?? {})) headers.set(name, value);
  }
}

function cseqOf(message: SipRequest | SipResponse): number {
  return parseCSeq(message.headers.get('CSeq'))?.number ?? 0;
}

/** The answer to the peer's offer in a 2xx; an ACK is owed in any case. */
function answerTo(response: SipResponse, { acknowledge }: InDialogContent): RequestContent {
  try {
    return acknowledge?.(response) ?? {};
  } catch {
    return {};
  }
}

function conflict(what: string, next: string): HoldfastError {
  return new HoldfastError('conflict', `The request was not sent because ${what}. ${next}.`);
}
