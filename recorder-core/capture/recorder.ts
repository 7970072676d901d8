import { setTimeout } from 'node:timers/promises';
import { HoldfastError, isHoldfastError } from '../errors.ts';
import type { StreamAlert } from '../media/stream-alert.ts';
import type { Dialog, IncomingInvite, Refusal } from '../sip/user-agent.ts';
import { readOffer } from '../siprec/offer.ts';
import { OfferRefused } from '../siprec/offer-refused.ts';
import { RecordingSession } from '../siprec/recording-session.ts';
import { identify, type SessionIdentity } from '../siprec/session-identity.ts';
import { Call, type CallSettings } from './call.ts';
import { CallConsent } from './call-consent.ts';
import type { ConsentVerdict } from './consent-gate.ts';
import { heardIn, type HeardNote } from './heard-note.ts';
import { signsIn, type CircumstanceHeard } from './signs-in.ts';
import type { ControlReason, LiveCall, RecorderControl } from './recorder-control.ts';

/** By what a call can be recognised that was not recorded; personal data until it is digested. */
export interface KnownBy {
  /** Call-ID of the recording session. */
  readonly callId: string | undefined;
  /** Undefined where the offer could not be read that far. */
  readonly identity?: SessionIdentity;
}

/** What the process around the recorder wants to know; all of it is for logs and metrics. */
export interface RecorderHooks {
  /** A decision was made, in how many seconds. */
  decided(recordingId: string, verdict: ConsentVerdict, seconds: number): void;
  accepted(recordingId: string): void;
  /** A call was not recorded; `verdict` where consent forbade it. `known` is by what the call can be recognised later. */
  refused(recordingId: string, status: number, known: KnownBy, verdict?: ConsentVerdict): void;
  /** The call has ended and its folder is ready to be sealed. */
  ended(recordingId: string, reason: string): void;
  failed(recordingId: string, error: unknown): void;
}

export interface RecorderSettings extends CallSettings {
  readonly maxCalls: number;
  readonly hooks: RecorderHooks;
  /** Why no further call can be taken now, in words for the client: no keys, no disk. Asked for every call; keep it cheap. */
  readonly unableTo?: () => string | undefined;
}

/** Seconds after which a client that found the recorder full or draining should come back. */
const RETRY_AFTER = '10';

/** Takes recording sessions: reads the offer, decides consent, captures, and hands the ended call on to be sealed. */
export class Recorder implements RecorderControl {
  readonly #settings: RecorderSettings;
  readonly #calls = new Map<string, Call>();
  #opening = 0;
  #draining = false;

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
  }

  /** Calls in progress, those being opened included. */
  get activeCalls(): number {
    return this.#calls.size + this.#opening;
  }

  /** Asked before any body is read: a full or draining recorder steers the client elsewhere (RFC 3261 section 21.5.4). */
  admit(): Refusal | undefined {
    if (this.#draining) return busy('The recorder is draining for maintenance');
    if (this.activeCalls >= this.#settings.maxCalls) return busy('The recorder is at capacity');
    const unable = this.#settings.unableTo?.();
    return unable === undefined ? undefined : busy(unable);
  }

  /** Refuses new calls from now on; those in progress go on. */
  drain(): void {
    this.#draining = true;
  }

  undrain(): void {
    this.#draining = false;
  }

  get draining(): boolean {
    return this.#draining;
  }

  calls(): readonly LiveCall[] {
    return [...this.#calls.values()].map((call) => call.live());
  }

  async pause(recordingId: string, why: ControlReason): Promise<void> {
    await this.#callOf(recordingId).acts.pause(why);
  }

  async resume(recordingId: string, why: ControlReason): Promise<void> {
    await this.#callOf(recordingId).acts.resume(why);
  }

  async end(recordingId: string, why: ControlReason): Promise<void> {
    await this.#callOf(recordingId).acts.end(why);
  }

  async requestSnapshot(recordingId: string, why: ControlReason): Promise<void> {
    await this.#callOf(recordingId).acts.requestSnapshot(why);
  }

  noteConsent(recordingId: string, heard: HeardNote): Promise<ConsentVerdict | undefined> {
    return this.#callOf(recordingId).noteConsent(heard);
  }

  noteCircumstance(recordingId: string, heard: CircumstanceHeard): Promise<ConsentVerdict | undefined> {
    return this.#callOf(recordingId).noteCircumstance(heard);
  }

  /** The lines of a call are gone with the thread that carried them: they are opened anew. */
  mediaLost(recordingId: string): void {
    this.#calls.get(recordingId)?.mediaLost();
  }

  /** Media of a call met a fault: its recording says so. */
  mediaFaulted(recordingId: string): void {
    this.#calls.get(recordingId)?.mediaFaulted();
  }

  /** Keeps an alert with the call it is about. */
  alerted(recordingId: string, alert: StreamAlert): void {
    this.#calls.get(recordingId)?.alerted(alert);
  }

  #callOf(recordingId: string): Call {
    const call = this.#calls.get(recordingId);
    if (call !== undefined) return call;
    throw new HoldfastError(
      'not_found',
      'That call is not in progress at this recorder: it has ended, or another recorder has it. Look at the list of live calls again.',
    );
  }

  /** Handles one INVITE; always ends in a final answer. */
  handleInvite(invite: IncomingInvite): void {
    const { capture, hooks } = this.#settings;
    const recordingId = capture.newId(new Date(capture.now()));
    this.#opening += 1;
    this.#open(invite, recordingId)
      .catch((error: unknown) => {
        hooks.failed(recordingId, error);
        rejectWith(invite, error, (status) => {
          hooks.refused(recordingId, status, knownBy(invite));
        });
      })
      .finally(() => {
        this.#opening -= 1;
      });
  }

  /** Gives calls `graceMs` to end by themselves, then ends what is left with BYE; resolves when all are ready to be sealed. */
  async endAll(graceMs: number): Promise<void> {
    const deadline = Date.now() + graceMs;
    while (this.activeCalls > 0 && Date.now() < deadline) await setTimeout(50);
    await Promise.all([...this.#calls.values()].map((call) => call.hangUp()));
    await Promise.all([...this.#calls.values()].map((call) => call.settled()));
  }

  async #open(invite: IncomingInvite, recordingId: string): Promise<void> {
    const { request, source } = invite;
    const { capture, consent: settings, hooks } = this.#settings;
    const atMs = capture.now();
    const offer = readOffer(request);
    const session = new RecordingSession();
    session.start(offer, atMs);
    const policy = this.#settings.policyOf(source, request);
    const parties = session.parties().map(({ aor }) => aor);
    const places = { body: offer, parties, department: policy.marks?.department };
    const heard = {
      notes: heardIn(request, offer, { atMs, newId: capture.newId }),
      signs: signsIn(request, places, settings.signs),
    };
    const consent = new CallConsent(session, settings, heard, atMs);
    const { verdict } = consent;
    hooks.decided(recordingId, verdict, (capture.now() - atMs) / 1000);
    if (!verdict.allowed) {
      invite.reject(403, 'Recording not permitted', { Warning: warningOf(verdict) });
      hooks.refused(recordingId, 403, knownBy(invite, session), verdict);
      return;
    }
    const { call, description } = await Call.open(
      this.#settings,
      { request, source, offer, session, consent, policy, atMs },
      recordingId,
    );
    if (invite.cancelled) {
      await call.discard(); // the client gave up while the ports were opened
      hooks.refused(recordingId, 487, knownBy(invite, session));
      return;
    }
    let dialog: Dialog;
    try {
      dialog = invite.accept({ contentType: 'application/sdp', body: Buffer.from(description) });
    } catch (error) {
      await call.discard(); // opening took longer than client or stack would wait
      throw error;
    }
    this.#calls.set(recordingId, call);
    call.attach(dialog, (reason) => {
      this.#calls.delete(recordingId);
      hooks.ended(recordingId, reason);
    });
    hooks.accepted(recordingId);
  }
}

function knownBy({ request }: IncomingInvite, session?: RecordingSession): KnownBy {
  const callId = request.headers.get('Call-ID');
  return session === undefined ? { callId } : { callId, identity: identify(session) };
}

function busy(reason: string): Refusal {
  return { status: 503, reason, headers: { 'Retry-After': RETRY_AFTER } };
}

/** RFC 3261 section 20.43: code 399, free text; the rules that decided, no personal data. */
function warningOf(verdict: ConsentVerdict): string {
  const rules = verdict.explanation.rules.map(({ id }) => id).join(' ');
  return `399 holdfast "${verdict.explanation.outcome} by ${rules}"`;
}

function rejectWith(invite: IncomingInvite, error: unknown, refused: (status: number) => void): void {
  if (invite.cancelled) return;
  if (error instanceof OfferRefused) {
    invite.reject(error.sipStatus, error.message, error.sipHeaders);
    refused(error.sipStatus);
    return;
  }
  const unavailable = isHoldfastError(error) && error.retryable;
  invite.reject(unavailable ? 503 : 500, undefined, { 'Retry-After': RETRY_AFTER });
  refused(unavailable ? 503 : 500);
}
