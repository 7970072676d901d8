import { randomInt } from 'node:crypto';
import { serializeMessage, type SipRequest } from '../sip/message.ts';
import type { Dialog, InDialogRequest, SipSource } from '../sip/user-agent.ts';
import { buildAnswer, type LocalStream } from '../siprec/answer.ts';
import { readOffer, type RecordingOffer } from '../siprec/offer.ts';
import { OfferRefused } from '../siprec/offer-refused.ts';
import type { RecordingSession } from '../siprec/recording-session.ts';
import { type SessionChanges } from '../siprec/recording-session.ts';
import type { SessionStream } from '../siprec/session-streams.ts';
import { CallCapture, type CaptureSettings } from './call-capture.ts';
import { askConsent, type ConsentSettings, type ConsentVerdict } from './consent-gate.ts';
import { describeParties } from './describe-parties.ts';
import { codecsOf, isRecordable } from './recordable-lines.ts';

/** What a call needs besides its own messages. */
export interface CallSettings {
  readonly capture: CaptureSettings;
  readonly consent: ConsentSettings;
  /** Address that goes into our SDP. */
  readonly mediaAddress: string;
}

/** The opening of a call, after its offer was read and its consent decided. */
export interface CallOpening {
  readonly request: SipRequest;
  readonly source: SipSource;
  readonly offer: RecordingOffer;
  readonly session: RecordingSession;
  readonly verdict: ConsentVerdict;
  readonly atMs: number;
}

/**
 * One recorded call from its accepted offer to its end: applies what the
 * recording client sends, keeps journal and streams in step, answers offers.
 * Messages of one call are handled strictly one after the other.
 */
export class Call {
  readonly recordingId: string;
  readonly #settings: CallSettings;
  readonly #session: RecordingSession;
  readonly #capture: CallCapture;
  readonly #sdpSession = String(randomInt(1, 2 ** 47));
  #sdpVersion = 0;
  #lastAnswer = '';
  #tail: Promise<void> = Promise.resolve();
  #dialog: Dialog | undefined;

  private constructor(settings: CallSettings, session: RecordingSession, capture: CallCapture) {
    this.#settings = settings;
    this.#session = session;
    this.#capture = capture;
    this.recordingId = capture.recordingId;
  }

  /** Opens spool, keys and ports; nothing is stored before the journal holds the decision. */
  static async open(
    settings: CallSettings,
    opening: CallOpening,
    recordingId: string,
  ): Promise<{ call: Call; answer: string }> {
    const capture = await CallCapture.open(settings.capture, recordingId);
    const call = new Call(settings, opening.session, capture);
    const { request, source, offer, verdict, atMs } = opening;
    try {
      await capture.record({
        type: 'started',
        atMs: capture.startedAtMs,
        callId: request.headers.get('Call-ID') ?? '',
        source: { ...source },
        request: serializeMessage({ ...request, body: Buffer.alloc(0) }).toString('utf8'),
        consent: verdict.explanation,
      });
      await call.#keepOffer(request, atMs);
      return { call, answer: await call.#answer(offer, atMs) };
    } catch (error) {
      await capture.discard();
      throw error;
    }
  }

  /** Takes up the dialog: from now on its requests reach this call; `onEnded` is called once, when the folder is ready to be sealed. */
  attach(dialog: Dialog, onEnded: (reason: string) => void): void {
    this.#dialog = dialog;
    dialog.onRequest = (request) => {
      this.#enqueue(() => this.#handle(dialog, request));
    };
    dialog.onBye = (bye) => {
      this.#enqueue(() => this.#finalMetadata(bye));
    };
    dialog.onEnded = (reason) => {
      this.#enqueue(async () => {
        try {
          await this.#end(reason);
        } finally {
          onEnded(reason);
        }
      });
    };
  }

  /** Opens the lines anew after a fault of the recorder's own; what came in between is missing, and the recording says so. */
  mediaLost(): void {
    this.#enqueue(async () => {
      const atMs = this.#settings.capture.now();
      await this.#capture.record({ type: 'warnings', atMs, warnings: [MEDIA_LOST] });
      await this.#capture.reopenStreams();
    });
  }

  /** Ends the session from our side; the recording client learns it by BYE. */
  async hangUp(): Promise<void> {
    await this.#dialog?.bye().catch(() => undefined); // a client that does not answer has ended all the same
  }

  /** Gives up a call whose dialog never came to be: nothing of it was captured, so nothing is kept. */
  discard(): Promise<void> {
    return this.#capture.discard();
  }

  /** Resolves when everything received so far has been handled. */
  settled(): Promise<void> {
    return this.#tail;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work).catch((error: unknown) => {
      this.#settings.capture.onFault(this.recordingId, error);
    });
  }

  async #handle(dialog: Dialog, inDialog: InDialogRequest): Promise<void> {
    const { request } = inDialog;
    if (request.method !== 'INVITE' && request.method !== 'UPDATE') {
      inDialog.respond(200);
      return;
    }
    let answered = false;
    try {
      const atMs = this.#settings.capture.now();
      const offer = readOffer(request);
      const changes = this.#session.update(offer, atMs);
      await this.#keepOffer(request, atMs);
      if (!(await this.#mayGoOn(changes, atMs))) {
        inDialog.respond(403, { reason: 'Recording not permitted' });
        answered = true;
        await dialog.bye();
        return;
      }
      const answer = offer.sdp === undefined ? undefined : await this.#answer(offer, atMs);
      inDialog.respond(
        200,
        answer === undefined ? {} : { contentType: 'application/sdp', body: Buffer.from(answer) },
      );
      answered = true;
      await this.#applyChanges(changes);
    } catch (error) {
      if (!answered) refuse(inDialog, error);
      if (!(error instanceof OfferRefused)) throw error;
    }
  }

  /** Decides again when somebody joined or became known, before any port is opened for them; the decision is kept. */
  async #mayGoOn(changes: SessionChanges, atMs: number): Promise<boolean> {
    if (changes.partiesJoined.length === 0 && changes.partiesChanged.length === 0) return true;
    const { allowed, explanation } = askConsent(
      this.#session.parties(),
      this.#settings.consent,
      new Date(atMs).toISOString(),
    );
    await this.#capture.record({ type: 'consent', atMs, consent: explanation });
    if (!allowed) {
      const text = `A party who joined changed the consent decision to ${explanation.outcome}, so the recording was ended.`;
      await this.#capture.record({ type: 'warnings', atMs, warnings: [text] });
    }
    return allowed;
  }

  async #finalMetadata(bye: SipRequest): Promise<void> {
    if (bye.body.length === 0) return;
    const atMs = this.#settings.capture.now();
    await this.#keepOffer(bye, atMs);
    this.#session.update(readOffer(bye), atMs);
    await this.#recordParties(atMs);
  }

  async #end(reason: string): Promise<void> {
    const atMs = this.#settings.capture.now();
    this.#session.end(atMs);
    try {
      await this.#recordParties(atMs);
    } finally {
      await this.#capture.end(reason);
    }
  }

  /** Opens what is new, answers with the ports of all lines, and notes the answer. */
  async #answer(offer: RecordingOffer, atMs: number): Promise<string> {
    const streams = this.#session.streams().filter(isRecordable);
    await this.#capture.openStreams(
      streams.map(({ key, offered }) => ({
        key,
        label: offered.label ?? key,
        codecs: codecsOf(offered),
        digits: 'kept',
      })),
    );
    const local = streams.flatMap((stream) => this.#localStream(stream));
    const answerAs = (version: number): string =>
      buildAnswer(offer, local, {
        sessionId: this.#sdpSession,
        version,
        address: this.#settings.mediaAddress,
      });
    // RFC 3264 section 8: the version grows by one with every change and only then.
    if (answerAs(this.#sdpVersion) !== this.#lastAnswer) {
      this.#sdpVersion += 1;
      this.#lastAnswer = answerAs(this.#sdpVersion);
    }
    await this.#capture.record({ type: 'answer', atMs, body: this.#lastAnswer });
    await this.#recordParties(atMs);
    return this.#lastAnswer;
  }

  #localStream({ key, offered }: SessionStream): LocalStream[] {
    const port = this.#capture.portOf(key);
    if (port === undefined) return [];
    const formats = codecsOf(offered).map(({ payloadType }) => payloadType);
    return [{ mLineIndex: offered.mLineIndex, address: this.#settings.mediaAddress, port, formats }];
  }

  async #applyChanges(changes: SessionChanges): Promise<void> {
    for (const { stream, changes: kinds } of changes.streamsChanged) {
      this.#capture.update(stream.key, {
        renegotiated: true,
        ...(kinds.includes('hold') && { held: true }),
        ...(kinds.includes('resume') && { held: false }),
        ...(kinds.includes('formats') && { codecs: codecsOf(stream.offered) }),
      });
    }
    for (const stream of changes.streamsRemoved) await this.#capture.closeStream(stream.key);
  }

  async #keepOffer(request: SipRequest, atMs: number): Promise<void> {
    if (request.body.length === 0) return;
    await this.#capture.record({
      type: 'offer',
      atMs,
      method: request.method,
      body: request.body.toString('base64'),
    });
  }

  async #recordParties(atMs: number): Promise<void> {
    await this.#capture.record({ type: 'parties', atMs, parties: describeParties(this.#session.parties()) });
    const warnings = this.#session.warnings().map(({ message }) => message);
    if (warnings.length > 0) await this.#capture.record({ type: 'warnings', atMs, warnings });
  }
}

const MEDIA_LOST =
  'A part of the recorder failed during the call and was started again; up to a few seconds of its media are missing.';

function refuse(inDialog: InDialogRequest, error: unknown): void {
  if (error instanceof OfferRefused) {
    inDialog.respond(error.sipStatus, { reason: error.message, headers: error.sipHeaders });
    return;
  }
  inDialog.respond(500, { headers: { 'Retry-After': '5' } });
}
