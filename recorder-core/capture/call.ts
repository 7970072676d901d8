import { isHoldfastError } from '../errors.ts';
import type { StreamAlert } from '../media/stream-alert.ts';
import type { SipMessage, SipRequest } from '../sip/message.ts';
import type { Dialog, InDialogRequest, SipSource } from '../sip/user-agent.ts';
import { readOffer, type RecordingBody, type RecordingOffer } from '../siprec/offer.ts';
import { OfferRefused } from '../siprec/offer-refused.ts';
import type { RecordingSession } from '../siprec/recording-session.ts';
import { CallActs } from './call-acts.ts';
import { CallCapture, type CaptureSettings } from './call-capture.ts';
import { CallJournal } from './call-journal.ts';
import { CallLines } from './call-lines.ts';
import { CallNegotiation } from './call-negotiation.ts';
import { CAPTURE_REMARKS } from './capture-remarks.ts';
import type { CallConsent } from './call-consent.ts';
import { CallPermission } from './call-permission.ts';
import type { ConsentSettings, ConsentVerdict } from './consent-gate.ts';
import type { Heard } from './heard.ts';
import { heardIn, notesOfHeader, type HeardNote } from './heard-note.ts';
import type { MediaPolicy, MediaPolicyOf } from './media-policy.ts';
import type { LiveCall } from './recorder-control.ts';
import { NO_SIGNS, signsIn, type CircumstanceHeard, type SignsHeard } from './signs-in.ts';

/** What a call needs besides its own messages. */
export interface CallSettings {
  readonly capture: CaptureSettings;
  readonly consent: ConsentSettings;
  /** Address that goes into our SDP. */
  readonly mediaAddress: string;
  readonly policyOf: MediaPolicyOf;
}

/** The opening of a call, after its offer was read and its consent decided. */
export interface CallOpening {
  readonly request: SipRequest;
  readonly source: SipSource;
  readonly offer: RecordingOffer;
  readonly session: RecordingSession;
  readonly consent: CallConsent;
  readonly policy: MediaPolicy;
  readonly atMs: number;
}

/**
 * One recorded call from its accepted offer to its end: applies what the
 * recording client sends, keeps journal and streams in step, answers offers.
 * Messages of one call are handled strictly one after the other. A little over
 * 250 lines, as everything here shares that one order; what is said about lines,
 * what is written down and what the recorder does by itself have files of their own.
 */
export class Call {
  readonly recordingId: string;
  readonly #settings: CallSettings;
  readonly #source: SipSource;
  readonly #department: string | undefined;
  readonly #session: RecordingSession;
  readonly #capture: CallCapture;
  readonly #journal: CallJournal;
  readonly #lines: CallLines;
  readonly #negotiation: CallNegotiation;
  readonly #permission: CallPermission;
  readonly acts: CallActs;
  #tail: Promise<unknown> = Promise.resolve();
  #dialog: Dialog | undefined;

  private constructor(
    settings: CallSettings,
    { session, source, consent, policy }: CallOpening,
    capture: CallCapture,
  ) {
    this.#settings = settings;
    this.#source = source;
    this.#session = session;
    this.#capture = capture;
    this.recordingId = capture.recordingId;
    const { mediaAddress } = settings;
    this.#department = policy.marks?.department;
    this.#journal = new CallJournal(capture, session, policy.marks);
    const overTls = source.transport === 'tls';
    const { now } = settings.capture;
    const parts = { capture, session, journal: this.#journal, now };
    this.#permission = new CallPermission({
      ...parts,
      consent,
      enqueue: (work) => {
        this.#enqueue(work);
      },
      describeAgain: () => {
        this.acts.describeAgain();
      },
      end: () => {
        if (this.#dialog !== undefined) hangUp(this.#dialog);
      },
    });
    const leftOut = (key: string): boolean => this.#permission.leavesOut(key);
    this.#lines = new CallLines({ capture, policy, mediaAddress, overTls, leftOut });
    this.#negotiation = new CallNegotiation({
      ...parts,
      lines: this.#lines,
      policy,
      mediaAddress,
      overTls,
      mayGoOn: (changes, { answer, body }, atMs) =>
        this.#permission.follow(changes, { notes: [], signs: this.#signsIn(answer, body) }, atMs),
    });
    this.acts = new CallActs({
      ...parts,
      negotiation: this.#negotiation,
      dialog: () => this.#dialog,
      inTurn: (work) => this.#inTurn(work),
    });
  }

  /**
   * Opens spool, keys and ports; nothing is stored before the journal holds the decision. `description` goes into the
   * 200: the answer, or our own offer where the client left that to us.
   * @throws OfferRefused 488 when not one line can be taken; HoldfastError as `CallCapture` does. Nothing is kept then.
   */
  static async open(
    settings: CallSettings,
    opening: CallOpening,
    recordingId: string,
  ): Promise<{ call: Call; description: string }> {
    const capture = await CallCapture.open(settings.capture, recordingId);
    const call = new Call(settings, opening, capture);
    try {
      await call.#permission.begin(opening);
      return { call, description: await call.#negotiation.open(opening.offer, opening.atMs) };
    } catch (error) {
      await capture.discard();
      throw error;
    }
  }

  /** Takes up the dialog: from now on its requests reach this call; `onEnded` is called once, when the folder is ready to be sealed. */
  attach(dialog: Dialog, onEnded: (reason: string) => void): void {
    this.#dialog = dialog;
    this.#permission.attached();
    const over = Promise.withResolvers<undefined>();
    dialog.onRequest = (request) => {
      this.#enqueue(() => this.#handle(dialog, request));
    };
    dialog.onAck = (ack) => {
      this.#enqueue(() => this.#takeAck(dialog, ack));
    };
    dialog.onBye = (bye) => {
      this.#enqueue(() => this.#finalMetadata(bye));
      return over.promise; // the 200 tells the client that the whole call is in the spool
    };
    dialog.sessionDescription = () => sdpOf(this.#negotiation.last);
    dialog.onEnded = (reason) => {
      this.#enqueue(async () => {
        try {
          await this.#end(reason);
        } finally {
          over.resolve(undefined);
          onEnded(reason);
        }
      });
    };
  }

  /** Ends the session from our side; the recording client learns it by BYE. */
  async hangUp(): Promise<void> {
    await this.#dialog?.bye().catch(() => undefined); // a client that does not answer has ended all the same
  }

  /** Gives up a call whose dialog never came to be: nothing of it was captured, so nothing is kept. */
  discard(): Promise<void> {
    return this.#capture.discard();
  }

  /** Opens the lines anew after a fault of the recorder's own; what came in between is missing, and the recording says so. */
  mediaLost(): void {
    this.#enqueue(async () => {
      await this.#journal.remark(CAPTURE_REMARKS.media_thread_lost.text, this.#now());
      await this.#capture.reopenStreams();
    });
  }

  /** Media met a fault, which was told elsewhere: the recording says so too. */
  mediaFaulted(): void {
    this.#enqueue(() => this.#journal.remark(CAPTURE_REMARKS.media_left_out.text, this.#now()));
  }

  /** Keeps an alert with the recording. */
  alerted(alert: StreamAlert): void {
    this.#enqueue(() => this.#journal.alert(alert));
  }

  /** Takes what was said about consent, between two messages of the call. Answers as `RecorderControl.noteConsent`. */
  noteConsent(heard: HeardNote): Promise<ConsentVerdict | undefined> {
    return this.#inTurn(() => this.#permission.hear({ notes: [heard], signs: NO_SIGNS }, this.#now()));
  }

  /** Takes that a circumstance begins or ends, between two messages of the call. Answers as `RecorderControl.noteCircumstance`. */
  noteCircumstance(heard: CircumstanceHeard): Promise<ConsentVerdict | undefined> {
    const signs = { circumstances: [heard], purposes: [] };
    return this.#inTurn(() => this.#permission.hear({ notes: [], signs }, this.#now()));
  }

  /** The call as somebody who watches sees it. */
  live(): LiveCall {
    const media = this.#settings.capture.media.live(this.recordingId);
    return {
      recordingId: this.recordingId,
      startedAtMs: this.#capture.startedAtMs,
      transport: this.#source.transport,
      dialect: this.#session.dialect() ?? null,
      state: this.#capture.paused ? 'paused' : this.#permission.waits ? 'waiting' : 'recording',
      streams: media?.streams ?? [],
      alerts: media?.alerts ?? [],
    };
  }

  /** Resolves when everything received so far has been handled. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  #now(): number {
    return this.#settings.capture.now();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#inTurn(work).catch((error: unknown) => {
      this.#settings.capture.onFault(this.recordingId, error);
    });
  }

  async #handle(dialog: Dialog, inDialog: InDialogRequest): Promise<void> {
    const { request } = inDialog;
    if (request.method !== 'INVITE' && request.method !== 'UPDATE') {
      const atMs = this.#now();
      const notes = notesOfHeader(request, this.#hearing(atMs));
      const signs = signsIn(request, {}, this.#settings.consent.signs);
      try {
        await this.#permission.hear({ notes, signs }, atMs);
      } finally {
        inDialog.respond(200); // what was said holds from here on
      }
      return;
    }
    let answered = false;
    try {
      const atMs = this.#now();
      await this.#journal.received(request.method, request, atMs);
      const offer = readOffer(request);
      const changes = this.#session.update(offer, atMs);
      const heard = this.#heardIn(offer, atMs);
      if (!(await this.#permission.follow(changes, heard, atMs, offer.sdp !== undefined))) {
        inDialog.respond(403, { reason: 'Recording not permitted' });
        answered = true;
        hangUp(dialog);
        return;
      }
      inDialog.respond(200, await this.#contentOf(request, offer, atMs));
      answered = true;
      await this.#lines.apply(changes);
    } catch (error) {
      if (!answered) refuse(inDialog, error);
      if (!(error instanceof OfferRefused)) throw error;
    }
  }

  /** What the 200 to a request in the dialog carries: a re-INVITE without an offer asks for one (RFC 3261 section 14.2). */
  async #contentOf(request: SipRequest, offer: RecordingOffer, atMs: number) {
    if (offer.sdp !== undefined) return sdpOf(await this.#negotiation.answer(offer, atMs));
    if (request.method === 'INVITE') {
      const description = this.#negotiation.offer();
      await this.#journal.described(description, atMs);
      return sdpOf(description);
    }
    await this.#journal.parties(atMs);
    return {};
  }

  #heardIn(offer: RecordingOffer, atMs: number): Heard {
    return {
      notes: heardIn(offer.request, offer, this.#hearing(atMs)),
      signs: this.#signsIn(offer.request, offer),
    };
  }

  #signsIn(message: Pick<SipMessage, 'headers'>, body: RecordingBody): SignsHeard {
    const parties = this.#session.parties().map(({ aor }) => aor);
    const places = { body, parties, department: this.#department };
    return signsIn(message, places, this.#settings.consent.signs);
  }

  #hearing(atMs: number) {
    return { atMs, newId: this.#settings.capture.newId };
  }

  async #finalMetadata(bye: SipRequest): Promise<void> {
    if (bye.body.length === 0) return;
    const atMs = this.#now();
    await this.#journal.received('BYE', bye, atMs);
    this.#session.update(readOffer(bye), atMs);
    await this.#journal.parties(atMs);
  }

  async #end(reason: string): Promise<void> {
    const atMs = this.#now();
    this.#permission.stop();
    this.#session.end(atMs);
    try {
      await this.#journal.parties(atMs);
    } finally {
      await this.#capture.end(reason, atMs);
    }
  }

  /** An ACK has a body where the offer was left to us; without a usable answer to the first there is nothing to record. */
  async #takeAck(dialog: Dialog, ack: SipRequest): Promise<void> {
    try {
      if (!(await this.#negotiation.takeAnswer('ACK', ack))) hangUp(dialog);
    } catch (error) {
      await this.#journal.remark(CAPTURE_REMARKS.no_answer_to_offer.text, this.#now());
      hangUp(dialog);
      if (!isHoldfastError(error)) throw error;
    }
  }
}

/** The dialog ends at once and the call with it; that the client answers the BYE is not waited for, or media would go on. */
function hangUp(dialog: Dialog): void {
  void dialog.bye();
}

function sdpOf(description: string): { contentType: string; body: Buffer } {
  return { contentType: 'application/sdp', body: Buffer.from(description) };
}

function refuse(inDialog: InDialogRequest, error: unknown): void {
  if (error instanceof OfferRefused) {
    inDialog.respond(error.sipStatus, { reason: error.message, headers: error.sipHeaders });
    return;
  }
  inDialog.respond(500, { headers: { 'Retry-After': '5' } });
}
