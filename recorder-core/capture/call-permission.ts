import type { RecordingSession, SessionChanges } from '../siprec/recording-session.ts';
import type { CallCapture } from './call-capture.ts';
import type { CallConsent } from './call-consent.ts';
import type { CallJournal } from './call-journal.ts';
import type { CallOpening } from './call.ts';
import type { ConsentVerdict } from './consent-gate.ts';
import type { Heard } from './heard.ts';
import type { JournalEntry } from './session-journal.ts';

/** The parts of a call that its permission works on. */
export interface CallPermissionOptions {
  readonly consent: CallConsent;
  readonly capture: CallCapture;
  readonly session: RecordingSession;
  readonly journal: CallJournal;
  readonly now: () => number;
  /** Runs between two messages of the call. */
  enqueue(work: () => Promise<void>): void;
  /** Tells the client which lines are left out. */
  describeAgain(): void;
  /** Ends the session from our side. */
  end(): void;
}

/**
 * Carries consent out in a running call. What may be stored no longer stops before it is written down; what may be stored
 * from now on is stored after: no crash leaves media behind whose permission is not on the disk.
 */
export class CallPermission {
  readonly #call: CallPermissionOptions;
  #timer: NodeJS.Timeout | undefined;
  /** The lines that the client was told are left out. */
  #told = '';

  constructor(call: CallPermissionOptions) {
    this.#call = call;
  }

  /** True while nothing is stored because something is awaited. */
  get waits(): boolean {
    return this.#call.consent.verdict.act === 'wait';
  }

  /** True for a line of which nothing will be stored. */
  leavesOut(key: string): boolean {
    return this.#call.consent.line(key) === 'left-out';
  }

  /** Writes how the call began, with the first decision, and permits what may be stored. */
  async begin(opening: CallOpening): Promise<void> {
    const { capture, consent, journal } = this.#call;
    await journal.began(opening, consent.takeHeard());
    capture.withhold((key) => consent.line(key) !== 'stored');
  }

  /** The dialog stands: the time to answer begins. */
  attached(): void {
    this.#told = this.#leftOut();
    this.#await();
  }

  /**
   * Follows what a message of the client changed, before a line is opened for it: decides again when somebody joined or
   * became known, or when the message says something of consent or of what the call is. False when consent forbids to go on.
   */
  async follow(changes: SessionChanges, heard: Heard, atMs: number, answers = true): Promise<boolean> {
    const { consent } = this.#call;
    if (changes.partiesJoined.length > 0) consent.beginWait();
    const notes = this.#take(heard, atMs);
    const news = changes.partiesJoined.length > 0 || changes.partiesChanged.length > 0 || notes.length > 0;
    const { allowed } = news ? await this.#decide(notes, atMs) : consent.verdict;
    this.#carryOut();
    if (answers)
      this.#told = this.#leftOut(); // the answer to this very message tells
    else this.#tell();
    return allowed;
  }

  /** Takes what was said outside an offer. Ends the session where nothing may be stored any more. */
  async hear(heard: Heard, atMs: number): Promise<ConsentVerdict | undefined> {
    const notes = this.#take(heard, atMs);
    if (notes.length === 0) return undefined;
    return this.#reconsider(notes, atMs);
  }

  /** The call has ended: nobody is waited for any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #reconsider(notes: readonly JournalEntry[], atMs: number): Promise<ConsentVerdict> {
    const verdict = await this.#decide(notes, atMs);
    this.#carryOut();
    if (verdict.allowed) this.#tell();
    else this.#call.end();
    return verdict;
  }

  #take(heard: Heard, atMs: number): JournalEntry[] {
    const { consent } = this.#call;
    consent.take(heard, atMs);
    return consent.takeHeard();
  }

  async #decide(notes: readonly JournalEntry[], atMs: number): Promise<ConsentVerdict> {
    const { consent, capture, journal } = this.#call;
    const verdict = consent.decide(atMs);
    capture.withhold((key) => consent.line(key) !== 'stored');
    await journal.consent(verdict, notes, atMs);
    return verdict;
  }

  #carryOut(): void {
    const { consent, capture } = this.#call;
    capture.withhold((key) => consent.line(key) !== 'stored');
    capture.release();
    this.#await();
  }

  #tell(): void {
    const leftOut = this.#leftOut();
    if (leftOut === this.#told) return;
    this.#told = leftOut;
    this.#call.describeAgain();
  }

  #leftOut(): string {
    const keys = this.#call.session.streams().map(({ key }) => key);
    return JSON.stringify(keys.filter((key) => this.leavesOut(key)).sort());
  }

  /** Silence counts once the time to answer is over; somebody who joins has a time of their own. */
  #await(): void {
    const { consent, enqueue, now } = this.#call;
    if (!consent.awaits) {
      this.stop();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      enqueue(async () => {
        if (!consent.awaits) return;
        consent.endWait();
        await this.#reconsider([], now());
      });
    }, consent.waitMs).unref();
  }
}
