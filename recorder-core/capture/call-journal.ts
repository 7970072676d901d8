import type { StreamAlert } from '../media/stream-alert.ts';
import { serializeMessage, type SipMessage } from '../sip/message.ts';
import type { RecordingSession } from '../siprec/recording-session.ts';
import { identify } from '../siprec/session-identity.ts';
import type { CallCapture } from './call-capture.ts';
import type { CallOpening } from './call.ts';
import { CAPTURE_REMARKS } from './capture-remarks.ts';
import { concealKeys, withoutCredentials } from './conceal-keys.ts';
import type { ConsentVerdict } from './consent-gate.ts';
import { describeParties } from './describe-parties.ts';
import type { SourceMarks } from './media-policy.ts';
import type { JournalEntry } from './session-journal.ts';

/** Writes the story of one call: what came, what was decided, who is in it, what was done. */
export class CallJournal {
  readonly #capture: CallCapture;
  readonly #session: RecordingSession;
  readonly #marks: SourceMarks;
  /** What was written last, by the type of its entry. */
  readonly #written = new Map<JournalEntry['type'], string>();

  constructor(capture: CallCapture, session: RecordingSession, marks: SourceMarks = {}) {
    this.#capture = capture;
    this.#session = session;
    this.#marks = marks;
  }

  /** How the call began: the request, the decision, the offer. */
  began({ request, source, consent, atMs }: CallOpening, notes: readonly JournalEntry[]): Promise<void> {
    const { transport, address, port } = source;
    const head = { ...request, headers: withoutCredentials(request.headers), body: Buffer.alloc(0) };
    return this.#capture.record(
      {
        type: 'started',
        atMs: this.#capture.startedAtMs,
        callId: request.headers.get('Call-ID') ?? '',
        source: { transport, address, port },
        request: serializeMessage(head).toString('utf8'),
        consent: consent.verdict.explanation,
        ...this.#marks,
      },
      ...notes,
      ...remarksOf(consent.verdict, atMs),
      ...bodyEntries(request.method, request, atMs),
    );
  }

  /** A later body of the client, as it came. */
  async received(method: string, message: Pick<SipMessage, 'body' | 'headers'>, atMs: number): Promise<void> {
    const entries = bodyEntries(method, message, atMs);
    if (entries.length > 0) await this.#capture.record(...entries);
  }

  /** What was answered or offered, and who is in the call by now. */
  described(description: string, atMs: number): Promise<void> {
    const body = concealKeys(Buffer.from(description)).toString();
    return this.#standing(atMs, { type: 'answer', atMs, body });
  }

  /** Who is in the call by now, and every warning so far. */
  parties(atMs: number): Promise<void> {
    return this.#standing(atMs);
  }

  /** A decision, what was heard that led to it, and what it means for the recording. */
  consent(verdict: ConsentVerdict, notes: readonly JournalEntry[], atMs: number): Promise<void> {
    const consent = verdict.explanation;
    return this.#capture.record(...notes, { type: 'consent', atMs, consent }, ...remarksOf(verdict, atMs));
  }

  /** An act of the recorder's own. */
  control(verb: 'pause' | 'resume' | 'end' | 'snapshot', reason: string, atMs: number): Promise<void> {
    return this.#capture.record({ type: 'control', atMs, verb, reason });
  }

  alert(alert: StreamAlert): Promise<void> {
    return this.#capture.record({ type: 'alert', atMs: alert.atMs, alert });
  }

  /** Something to know about the recording that is no warning of the session. */
  remark(text: string, atMs: number): Promise<void> {
    return this.#capture.record({ type: 'warnings', atMs, warnings: [text] });
  }

  /** Each is written again only when something of it has changed: sources repeat themselves, and a list may be long. */
  async #standing(atMs: number, ...before: JournalEntry[]): Promise<void> {
    const warnings = this.#session.warnings().map(({ message }) => message);
    const standing: JournalEntry[] = [
      { type: 'parties', atMs, parties: describeParties(this.#session.parties()) },
      { type: 'identity', atMs, identity: identify(this.#session) },
      { type: 'warnings', atMs, warnings },
    ];
    const news = standing
      .map((entry) => ({ entry, text: JSON.stringify({ ...entry, atMs: 0 }) }))
      .filter(({ entry, text }) => this.#written.get(entry.type) !== text);
    await this.#capture.record(...before, ...news.map(({ entry }) => entry));
    for (const { entry, text } of news) this.#written.set(entry.type, text);
  }
}

/** What somebody who hears the recording must know about the decision. */
function remarksOf({ act, parties, explanation }: ConsentVerdict, atMs: number): JournalEntry[] {
  const leftOut = act === 'store' && [...parties.values()].some(({ stored }) => !stored);
  const { consent_withdrawn, consent_awaited, consent_left_out, recording_paused_by_rule } = CAPTURE_REMARKS;
  const waiting = explanation.outcome === 'PAUSE' ? recording_paused_by_rule : consent_awaited;
  const warnings = [
    ...(act === 'end' ? [consent_withdrawn.text] : []),
    ...(act === 'wait' ? [waiting.text] : []),
    ...(leftOut ? [consent_left_out.text] : []),
  ];
  return warnings.length === 0 ? [] : [{ type: 'warnings', atMs, warnings }];
}

function bodyEntries(
  method: string,
  { body, headers }: Pick<SipMessage, 'body' | 'headers'>,
  atMs: number,
): JournalEntry[] {
  if (body.length === 0) return [];
  const contentType = headers.get('Content-Type') ?? '';
  return [{ type: 'offer', atMs, method, contentType, body: concealKeys(body).toString('base64') }];
}
