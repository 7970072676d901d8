import type { SipMessage } from '../sip/message.ts';
import { buildAnswer } from '../siprec/answer.ts';
import { buildOwnOffer } from '../siprec/delayed-offer.ts';
import type { RecordingBody, RecordingOffer } from '../siprec/offer.ts';
import { OfferRefused } from '../siprec/offer-refused.ts';
import { readAnswer } from '../siprec/read-answer.ts';
import type { RecordingSession, SessionChanges } from '../siprec/recording-session.ts';
import { buildReoffer } from '../siprec/reoffer.ts';
import type { CallCapture } from './call-capture.ts';
import type { CallJournal } from './call-journal.ts';
import type { CallLines } from './call-lines.ts';
import type { MediaPolicy } from './media-policy.ts';
import { OwnOffer } from './own-offer.ts';
import { SessionDescriptions } from './session-descriptions.ts';

/** The parts of a call that its descriptions depend on. */
export interface CallNegotiationOptions {
  readonly capture: CallCapture;
  readonly session: RecordingSession;
  readonly journal: CallJournal;
  readonly lines: CallLines;
  readonly policy: MediaPolicy;
  /** Address that goes into our SDP. */
  readonly mediaAddress: string;
  /** The signalling came over TLS. */
  readonly overTls: boolean;
  readonly now: () => number;
  /** Decides again about consent when somebody joined or became known; asked before a line is opened for them. */
  mayGoOn(changes: SessionChanges, said: SaidInAnswer, atMs: number): Promise<boolean>;
}

/** An answer of the client, as it came and as it was read. */
export interface SaidInAnswer {
  readonly answer: Pick<SipMessage, 'headers'>;
  readonly body: RecordingBody;
}

/** Warnings that say why a line was not taken. */
const REFUSALS: ReadonlySet<string> = new Set([
  'media_not_recorded',
  'srtp_required',
  'srtp_not_allowed',
  'keys_need_tls',
  'keys_not_agreed',
  'too_many_parts',
]);

/** Offers and answers of one call, in both directions (RFC 3264): what we say of our lines, and what the client says to it. */
export class CallNegotiation {
  readonly #call: CallNegotiationOptions;
  readonly #descriptions: SessionDescriptions;
  #ownOffer: OwnOffer | undefined;

  constructor(call: CallNegotiationOptions) {
    this.#call = call;
    this.#descriptions = new SessionDescriptions(call.mediaAddress);
  }

  /** The description that holds. */
  get last(): string {
    return this.#descriptions.last;
  }

  /** The first description of a call: the answer, or our own offer where the client left that to us. @throws OfferRefused 488 when not one line can be taken. */
  async open(offer: RecordingOffer, atMs: number): Promise<string> {
    if (offer.sdp === undefined) return this.#offerFirst(offer, atMs);
    const answer = await this.answer(offer, atMs);
    if (this.#local().length === 0) throw nothingTaken(this.#call.session);
    return answer;
  }

  /** Opens what is new, answers with the ports of all lines, and notes the answer. */
  async answer(offer: RecordingOffer, atMs: number): Promise<string> {
    const { session, lines, journal } = this.#call;
    session.warn(await lines.follow(session.streams()));
    const local = this.#local();
    const answer = this.#descriptions.next((origin) => buildAnswer(offer, local, origin));
    await journal.described(answer, atMs);
    return answer;
  }

  /** Our lines as they stand, as an offer of our own inside the dialog. */
  offer(): string {
    const local = this.#local();
    return this.#descriptions.next((origin) => buildReoffer(this.#call.session.lines(), local, origin));
  }

  /**
   * Takes the client's answer to an offer of ours: in the 200 to a re-INVITE of ours, or in an ACK where the offer was left
   * to us. An answer inside the dialog that takes no line changes nothing. False when consent forbids to go on.
   * @throws OfferRefused when the answer to the first offer leaves nothing to record.
   */
  async takeAnswer(where: '200' | 'ACK', answer: Pick<SipMessage, 'headers' | 'body'>): Promise<boolean> {
    const own = this.#ownOffer;
    this.#ownOffer = undefined;
    if (own !== undefined) return this.#takeFirstAnswer(own, answer);
    if (answer.body.length === 0) return true;
    const { session, journal, lines, now, mayGoOn } = this.#call;
    const atMs = now();
    await journal.received(where, answer, atMs);
    const keys = new Map(session.streams().map(({ key, offered }) => [offered.mLineIndex, key]));
    const proposed = session.lines().map(({ label, held, mLineIndex }) => ({
      ...(label !== undefined && { label }),
      paused: lines.isInactive(keys.get(mLineIndex) ?? ''),
      held,
    }));
    try {
      const body = readAnswer(proposed, answer);
      const changes = session.update(body, atMs);
      if (!(await mayGoOn(changes, { answer, body }, atMs))) return false;
      session.warn(await lines.follow(session.streams()));
      await lines.apply(changes);
      await journal.parties(atMs);
    } catch (error) {
      if (!(error instanceof OfferRefused)) throw error;
    }
    return true;
  }

  async #offerFirst(offer: RecordingOffer, atMs: number): Promise<string> {
    const { capture, policy, overTls, mediaAddress, journal } = this.#call;
    const own = new OwnOffer(offer, policy, overTls);
    await own.open(capture);
    this.#ownOffer = own;
    const lines = own.lines(capture, mediaAddress);
    const description = this.#descriptions.next((origin) => buildOwnOffer(lines, origin));
    await journal.described(description, atMs);
    return description;
  }

  async #takeFirstAnswer(own: OwnOffer, answer: Pick<SipMessage, 'headers' | 'body'>): Promise<boolean> {
    const { session, lines, journal, now, mayGoOn } = this.#call;
    const atMs = now();
    await journal.received('ACK', answer, atMs);
    const body = readAnswer(own.proposed, answer);
    if (!(await mayGoOn(session.update(body, atMs), { answer, body }, atMs))) return false;
    await lines.settle(own, session.streams());
    await journal.parties(atMs);
    return true;
  }

  #local() {
    return this.#call.lines.local(this.#call.session.streams());
  }
}

/** Security comes first: a call without a single line that may be taken is refused, in words that say why. */
function nothingTaken(session: RecordingSession): OfferRefused {
  const why = session.warnings().find(({ code }) => REFUSALS.has(code));
  return new OfferRefused(488, why?.message ?? 'No media line of the offer can be recorded.');
}
