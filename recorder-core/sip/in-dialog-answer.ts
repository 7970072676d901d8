import type { InDialogRequest } from './contract.ts';
import { ALLOW, type Core } from './core.ts';
import type { SipSource } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { Answer } from './response.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { after, answerPatience } from './timers.ts';

/** What the dialog adds to an answer. */
export interface InDialogAnswerOptions {
  /** Headers of a 2xx to a request that refreshes target and session; asked for once, when it is sent. */
  readonly success: (() => Readonly<Record<string, string>>) | undefined;
  /** Called once, after the final answer was sent. */
  onFinal(response: SipResponse): void;
}

/** A request inside a dialog on its way through the application: exactly one final answer, whatever the handler does. */
export class InDialogAnswer implements InDialogRequest {
  readonly request: SipRequest;
  readonly source: SipSource;
  readonly #core: Core;
  readonly #transaction: ServerTransaction;
  readonly #options: InDialogAnswerOptions;
  readonly #stopDeadline: () => void;

  constructor(core: Core, transaction: ServerTransaction, options: InDialogAnswerOptions) {
    this.request = transaction.request;
    this.source = transaction.flow.source;
    this.#core = core;
    this.#transaction = transaction;
    this.#options = options;
    this.#stopDeadline = after(answerPatience(core.timers, transaction.isInvite), () => {
      this.respond(500, { reason: 'No answer in time' });
    });
    transaction.onCancel = (): void => {
      this.respond(487);
    };
  }

  /** Hands the request to the application; without a handler the peer learns that we do not do this. */
  deliver(handler: ((request: InDialogRequest) => unknown) | undefined): void {
    if (handler !== undefined) {
      this.#core.guard(
        () => handler(this),
        () => {
          this.respond(500);
        },
      );
    } else if (isBareUpdate(this.request)) this.respond(200);
    else if (this.#options.success !== undefined) this.respond(488);
    else this.respond(405, { headers: { Allow: ALLOW } });
  }

  /** An own property, so that a handler may take it out of the object. */
  readonly respond = (status: number, answer: Answer = {}): void => {
    if (this.#transaction.answered) return;
    const added = status >= 200 && status < 300 ? this.#options.success?.() : undefined;
    const headers = added === undefined ? answer.headers : { ...added, ...answer.headers };
    const sent = this.#transaction.respond(status, headers === undefined ? answer : { ...answer, headers });
    if (sent === undefined || status < 200) return;
    this.#stopDeadline();
    this.#options.onFinal(sent);
  };

  /** Stops the clock without an answer: the user agent is closing. */
  dispose(): void {
    this.#stopDeadline();
  }
}

/** An UPDATE without a body only refreshes session and target, which the stack does by itself (RFC 4028 section 7.4). */
function isBareUpdate({ method, body }: SipRequest): boolean {
  return method === 'UPDATE' && body.length === 0;
}
