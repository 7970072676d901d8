import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { isHoldfastError } from '../errors.ts';
import type { SipResponse } from '../sip/message.ts';
import type { Dialog } from '../sip/user-agent.ts';
import { buildMetadataRequest } from '../siprec/metadata-request.ts';
import type { RecordingSession } from '../siprec/recording-session.ts';
import { warning } from '../siprec/warnings.ts';
import type { CallCapture } from './call-capture.ts';
import type { CallJournal } from './call-journal.ts';
import type { CallNegotiation } from './call-negotiation.ts';
import type { ControlReason } from './recorder-control.ts';

/** The parts of a call that its acts work on. */
export interface CallActsOptions {
  readonly capture: CallCapture;
  readonly session: RecordingSession;
  readonly journal: CallJournal;
  readonly negotiation: CallNegotiation;
  readonly now: () => number;
  readonly dialog: () => Dialog | undefined;
  /** Runs between two messages of the call, never beside one. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Both sides asked at once (RFC 3261 section 14.1): the one that does not own the Call-ID waits up to two seconds. */
const GLARE_WAIT_MS = 2_000;
const TRIES = 4;

/** What an offer of ours is for. */
interface Wish {
  /** False once something else is wanted. */
  stands(): boolean;
  /** The client does not agree. */
  refused(): Promise<void>;
}

/** What the recorder does to a call by itself (RFC 7866 section 7.2): pause, resume, end, ask for all metadata. */
export class CallActs {
  readonly #call: CallActsOptions;
  #offering: Promise<void> = Promise.resolve();

  constructor(call: CallActsOptions) {
    this.#call = call;
  }

  /**
   * Stores nothing from now on, and asks the client to send nothing. Resolves once nothing is stored any more; whether
   * the client agrees is noted when it is known.
   */
  pause(why: ControlReason): Promise<void> {
    return this.#setPaused(true, why);
  }

  /** Stores again, and asks the client to send again. */
  resume(why: ControlReason): Promise<void> {
    return this.#setPaused(false, why);
  }

  /** Ends the session with a BYE. */
  async end({ reason }: ControlReason): Promise<void> {
    await this.#call.inTurn(() => this.#call.journal.control('end', reason, this.#call.now()));
    await this.#call.dialog()?.bye();
  }

  /** Asks the client for its complete metadata; it comes in a request of the client's own. */
  async requestSnapshot({ reason }: ControlReason): Promise<void> {
    const { inTurn, journal, now, dialog } = this.#call;
    await inTurn(() => journal.control('snapshot', reason, now()));
    const { contentType, disposition, body } = buildMetadataRequest(reason);
    const headers = { 'Content-Disposition': disposition };
    await dialog()?.request('UPDATE', { contentType, headers, body });
  }

  async #setPaused(paused: boolean, { reason }: ControlReason): Promise<void> {
    const { capture, inTurn, journal, now } = this.#call;
    const changed = await inTurn(async () => {
      if (capture.paused === paused) return false;
      await journal.control(paused ? 'pause' : 'resume', reason, now());
      capture.setPaused(paused);
      return true;
    });
    if (changed)
      this.#offerInTurn({
        stands: () => capture.paused === paused,
        refused: () => this.#noteRefusal(paused),
      });
  }

  /** Tells the client which lines are left out by now; what it sends on them all the same is not stored. */
  describeAgain(): void {
    this.#offerInTurn({ stands: () => true, refused: () => Promise.resolve() });
  }

  /** One after the other, but beside the messages of the call. */
  #offerInTurn(wish: Wish): void {
    this.#offering = this.#offering.then(() => this.#offerUntilAgreed(wish)).catch(() => undefined);
  }

  async #offerUntilAgreed(wish: Wish): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (tries > 0) await wait(randomInt(100, GLARE_WAIT_MS), undefined, { ref: false });
      if ((await this.#offer(wish)) !== 'again') return;
    }
    await this.#call.inTurn(() => wish.refused());
  }

  /** The client may take its time over the answer: what it sends meanwhile, a BYE above all, is not kept waiting. */
  async #offer(wish: Wish): Promise<'done' | 'again'> {
    const { negotiation, inTurn, dialog } = this.#call;
    const current = dialog();
    const description = await inTurn(() =>
      Promise.resolve(wish.stands() && !this.#hasEnded ? negotiation.offer() : undefined),
    );
    if (current === undefined || description === undefined) return 'done';
    try {
      const body = Buffer.from(description);
      const response = await current.request('INVITE', { contentType: 'application/sdp', body });
      if (response.status === 491) return 'again';
      await inTurn(() => this.#heard(wish, description, response));
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      if (error.code === 'conflict') return 'again';
      await inTurn(() => wish.refused());
    }
    return 'done';
  }

  async #heard(wish: Wish, description: string, response: SipResponse): Promise<void> {
    const { journal, negotiation, dialog, now } = this.#call;
    if (this.#hasEnded) return;
    await journal.described(description, now());
    if (response.status >= 300) await wish.refused();
    else if (!(await negotiation.takeAnswer('200', response))) void dialog()?.bye();
  }

  get #hasEnded(): boolean {
    return this.#call.dialog()?.state !== 'confirmed';
  }

  async #noteRefusal(paused: boolean): Promise<void> {
    const { session, journal, now } = this.#call;
    if (this.#hasEnded) return;
    if (paused) session.warn([warning('media_sent_while_paused')]);
    await journal.parties(now());
  }
}
