import type { RecordingSession } from '../siprec/recording-session.ts';
import type { Party } from '../siprec/session-parties.ts';
import { StandingSigns } from './standing-signs.ts';
import { askConsent, type ConsentSettings, type ConsentVerdict } from './consent-gate.ts';
import { partyId } from './describe-parties.ts';
import type { Heard } from './heard.ts';
import type { HeardNote } from './heard-note.ts';
import type { JournalEntry } from './session-journal.ts';

type NoteEntry = Extract<JournalEntry, { type: 'consent-note' }>;

/** What consent means for one line of the call. */
type LinePermission = 'stored' | 'withheld' | 'left-out';

/**
 * Consent in one call while it runs: who said what, under which circumstances it is, the verdict that stands, and what it means
 * for each line. A note is for those who are in the call when it comes; whoever joins later has said nothing and been told nothing.
 */
export class CallConsent {
  readonly #session: RecordingSession;
  readonly #settings: ConsentSettings;
  readonly #notes = new Map<number, HeardNote['note'][]>();
  /** For everybody, and heard before anybody was known: for the first who are. */
  readonly #early: HeardNote[] = [];
  readonly #heard: NoteEntry[] = [];
  readonly #signs = new StandingSigns();
  #waitIsOver = false;
  #verdict: ConsentVerdict;

  constructor(session: RecordingSession, settings: ConsentSettings, heard: Heard, atMs: number) {
    this.#session = session;
    this.#settings = settings;
    this.take(heard, atMs);
    this.#verdict = this.#ask(atMs);
  }

  /** The verdict that stands. */
  get verdict(): ConsentVerdict {
    return this.#verdict;
  }

  /** True while evidence or a name is awaited. */
  get awaits(): boolean {
    return (
      [...this.#verdict.parties.values()].some(
        ({ reason }) => reason === 'awaits-evidence' || reason === 'awaits-name',
      ) ||
      (this.#verdict.act === 'wait' &&
        this.#verdict.parties.size === 0 &&
        this.#verdict.explanation.outcome !== 'PAUSE')
    );
  }

  /** How long the parties have to answer. */
  get waitMs(): number {
    return this.#settings.waitMs ?? 60_000;
  }

  /** Takes what a message says, of consent and of what the call is. */
  take({ notes, signs }: Heard, atMs: number): void {
    for (const note of notes) this.#takeNote(note);
    this.#signs.take(signs, atMs);
  }

  /**
   * Takes a note for those it is about, or, where nobody is known yet, for the first who are. What was heard before, or is
   * about nobody here, changes nothing.
   */
  #takeNote(heard: HeardNote): void {
    const { note, atMs } = heard;
    const present = this.#present();
    if (present.length === 0 && heard.about === 'everybody') {
      this.#early.push(heard);
      return;
    }
    const about = present.filter((party) => isAbout(heard, party) && !this.#isKnown(note, party));
    if (about.length === 0) return;
    for (const { ordinal } of about) this.#notes.set(ordinal, [...(this.#notes.get(ordinal) ?? []), note]);
    this.#heard.push({ type: 'consent-note', atMs, note, parties: about.map(partyId) });
  }

  /** What was taken since the last time and is new, as the journal has it. */
  takeHeard(): JournalEntry[] {
    if (this.#early.length > 0 && this.#present().length > 0)
      for (const heard of this.#early.splice(0)) this.#takeNote(heard);
    return [...this.#heard.splice(0), ...this.#signs.takeHeard()];
  }

  /** Signalling repeats itself with every offer: an assent that is sent again, after a withdrawal, is no new one. */
  #isKnown(note: HeardNote['note'], { ordinal }: Party): boolean {
    const signalled = note.source === 'sip' || note.source === 'sdp';
    const same = JSON.stringify(contentOf(note));
    return (this.#notes.get(ordinal) ?? []).some(
      (known) => known.id === note.id || (signalled && JSON.stringify(contentOf(known)) === same),
    );
  }

  /** Decides again. */
  decide(atMs: number): ConsentVerdict {
    this.#verdict = this.#ask(atMs);
    return this.#verdict;
  }

  /** From now on who has not answered counts as silent; a party who joins later has its own time. */
  endWait(): void {
    this.#waitIsOver = true;
  }

  /** Somebody joined, who is waited for anew. */
  beginWait(): void {
    this.#waitIsOver = false;
  }

  /** What may be stored of a line: what may be stored of everybody who speaks on it. A line of nobody is everybody's. */
  line(key: string): LinePermission {
    const { act, parties } = this.#verdict;
    const present = this.#present();
    const speakers = present.filter(({ streamKey }) => streamKey === key);
    const heard = speakers.length > 0 ? speakers : present;
    const verdicts = heard.map(({ ordinal }) => parties.get(ordinal));
    if (act === 'store' && verdicts.every((one) => one?.stored === true)) return 'stored';
    const forGood =
      verdicts.length > 0 && verdicts.every((one) => one !== undefined && FOR_GOOD.has(one.reason));
    return act === 'store' && forGood ? 'left-out' : 'withheld';
  }

  #present(): Party[] {
    return this.#session.parties().filter(({ leftAt }) => leftAt === undefined);
  }

  #ask(atMs: number): ConsentVerdict {
    const decidedAt = new Date(atMs).toISOString();
    return askConsent(this.#session.parties(), this.#settings, decidedAt, {
      notes: this.#notes,
      waitIsOver: this.#waitIsOver,
      circumstances: this.#signs.circumstances,
      purposes: this.#signs.purposes,
    });
  }
}

const FOR_GOOD: ReadonlySet<string> = new Set(['not-own', 'refused', 'silent', 'mixed']);

function contentOf({ kind, purpose, source, prompt }: HeardNote['note']) {
  return { kind, purpose, source, prompt };
}

function isAbout({ about }: HeardNote, party: Party): boolean {
  if (about === 'everybody') return true;
  if ('label' in about) return party.streamKey === `label=${about.label}` || party.label === about.label;
  return about.isParty(party);
}
