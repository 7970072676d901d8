import { HoldfastError } from '../errors.ts';
import type { Dialog, IncomingInvite } from './contract.ts';
import { dialogKey, type Core, type DialogParty } from './core.ts';
import { DialogState, isSecure } from './dialog-state.ts';
import { SipDialog } from './dialog.ts';
import type { Flow, SipSource } from './flow.ts';
import type { SipRequest } from './message.ts';
import { tagOf } from './name-addr.ts';
import type { Answer, HeaderValues } from './response.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { answerSession } from './session-expires.ts';
import { after, answerPatience } from './timers.ts';
import { formatHostPort } from './uri.ts';

/** An INVITE between its arrival and its final answer; it always gets one. */
export class PendingInvite implements IncomingInvite, DialogParty {
  onCancel: (() => void) | undefined;
  readonly request: SipRequest;
  readonly source: SipSource;
  readonly replaces: SipDialog | undefined;
  readonly #core: Core;
  readonly #transaction: ServerTransaction;
  readonly #key: string;
  readonly #stopDeadline: () => void;
  #cancelled = false;

  constructor(core: Core, transaction: ServerTransaction, replaces?: SipDialog) {
    const { request } = transaction;
    this.request = request;
    this.replaces = replaces;
    this.source = transaction.flow.source;
    this.#core = core;
    this.#transaction = transaction;
    const remoteTag = tagOf(request.headers.get('From')) ?? '';
    this.#key = dialogKey(request.headers.get('Call-ID') ?? '', transaction.localTag, remoteTag);
    core.dialogs.set(this.#key, this);
    this.#stopDeadline = after(answerPatience(core.timers, true), () => {
      this.reject(500, 'No answer in time');
    });
    transaction.onCancel = (): void => {
      this.#cancel();
    };
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  provisional(status: number, reason?: string): void {
    if (status < 101 || status > 199) throw outOfRange('A provisional answer', '101 to 199');
    // Required to be reliable, which ours are not, they are left out: none is owed (RFC 3262 section 3).
    if (this.request.headers.getAll('Require').some((tag) => tag.toLowerCase() === '100rel')) return;
    this.#transaction.respond(status, {
      ...(reason === undefined ? {} : { reason }),
      headers: { Contact: this.#contact },
    });
  }

  accept(answer: Pick<Answer, 'contentType' | 'body' | 'headers'>): Dialog {
    const { flow, localTag } = this.#transaction;
    const { serverName } = this.#core.options;
    const { sessionPolicy } = this.#core;
    const session = sessionPolicy === undefined ? undefined : answerSession(this.request, sessionPolicy);
    const sent = this.#transaction.respond(200, {
      ...answer,
      headers: {
        Contact: this.#contact,
        ...this.#core.abilities,
        ...session?.headers,
        ...(serverName === undefined ? {} : { Server: serverName }),
        ...answer.headers,
      },
    });
    if (sent === undefined) {
      const why = this.#cancelled ? 'the caller has cancelled it' : 'it has been answered before';
      throw new HoldfastError(
        'conflict',
        `The call was not accepted because ${why}. Release what was reserved for it.`,
      );
    }
    this.#stopDeadline();
    const { address, port, transport } = this.source;
    const fallback = `sip:${formatHostPort(address, port)};transport=${transport}`;
    const dialog = new SipDialog(this.#core, DialogState.ofServer(this.request, localTag, fallback), flow);
    dialog.session.begin(session?.agreement, this.request.headers);
    dialog.awaitAck(this.#transaction, sent);
    if (this.replaces !== undefined) setImmediate(() => this.replaces?.giveWay());
    return dialog;
  }

  reject(status: number, reason?: string, headers?: HeaderValues): void {
    if (status < 300 || status > 699) throw outOfRange('A refusal', '300 to 699');
    const answer = {
      ...(reason === undefined ? {} : { reason }),
      ...(headers === undefined ? {} : { headers }),
    };
    if (this.#transaction.respond(status, answer) !== undefined) this.dispose();
  }

  /** Requests of the early dialog: a BYE ends it as CANCEL does (RFC 3261 section 15.1.2), others come too early. */
  receive(transaction: ServerTransaction): void {
    if (transaction.request.method !== 'BYE') {
      transaction.respond(500, { reason: 'Call not answered yet', headers: { 'Retry-After': '1' } });
      return;
    }
    transaction.respond(200);
    this.#cancel();
  }

  /** Nothing of an early dialog can be acknowledged. */
  acknowledge(): void {
    return;
  }

  dispose(): void {
    this.#stopDeadline();
    if (this.#core.dialogs.get(this.#key) === this) this.#core.dialogs.delete(this.#key);
  }

  get flow(): Flow {
    return this.#transaction.flow;
  }

  get #contact(): string {
    return this.#core.contact(this.#transaction.flow, { secure: isSecure(this.request) });
  }

  #cancel(): void {
    if (this.#transaction.answered) return;
    this.#cancelled = true;
    this.#core.guard(() => this.onCancel?.());
    this.reject(487);
  }
}

function outOfRange(what: string, range: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `${what} to an INVITE must have a status of ${range}; choose one of those.`,
  );
}
