/**
 * Where a party stands on being recorded: everything that was said and noted of it, folded into one answer.
 *
 * Notes come late, twice and out of order, so the fold goes by when something was said, never by when it was heard of.
 * Of two answers of one instant the stricter counts. Pure.
 */

/** What can be noted. `toned` and `announced` tell a party; the others are its own answer. */
export const NOTE_KINDS = ['toned', 'announced', 'assented', 'refused', 'withdrawn'] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];

/** One thing that was said or given, for some purpose. */
export interface ConsentNote {
  readonly kind: NoteKind;
  /** When it was said, RFC 3339 in UTC or any form of which the later sorts later. */
  readonly at: string;
  /** Null: for every purpose. */
  readonly purpose: string | null;
}

/** How far a party was told, and what it answered last. */
export interface Standing {
  readonly told: 'nothing' | 'tone' | 'announcement';
  readonly answer: 'none' | 'assented' | 'refused' | 'withdrawn';
}

/** Nothing is known of it. */
export const NO_STANDING: Standing = { told: 'nothing', answer: 'none' };

/** Strictness of answers of one instant. */
const ANSWERS: readonly NoteKind[] = ['assented', 'refused', 'withdrawn'];

/** The standing for one purpose. Order of the notes and repetitions do not matter. */
export function standingOf(notes: readonly ConsentNote[], purpose: string): Standing {
  const relevant = notes.filter((note) => note.purpose === null || note.purpose === purpose);
  const has = (kind: NoteKind): boolean => relevant.some((note) => note.kind === kind);
  const last = relevant
    .filter(({ kind }) => ANSWERS.includes(kind))
    .reduce<ConsentNote | undefined>(
      (found, note) => (found && !overrules(note, found) ? found : note),
      undefined,
    );
  return {
    told: has('announced') ? 'announcement' : has('toned') ? 'tone' : 'nothing',
    answer: (last?.kind ?? 'none') as Standing['answer'],
  };
}

function overrules(note: ConsentNote, than: ConsentNote): boolean {
  if (note.at !== than.at) return note.at > than.at;
  return ANSWERS.indexOf(note.kind) > ANSWERS.indexOf(than.kind);
}

const TOLD: readonly Standing['told'][] = ['announcement', 'tone', 'nothing'];
const ANSWERED: readonly Standing['answer'][] = ['assented', 'none', 'refused', 'withdrawn'];

/** The standing that satisfies no more than each of these does; nothing is known without any. */
export function strictestStanding(standings: readonly Standing[]): Standing {
  if (standings.length === 0) return NO_STANDING;
  return {
    told: TOLD[Math.max(...standings.map(({ told }) => TOLD.indexOf(told)))] ?? 'nothing',
    answer: ANSWERED[Math.max(...standings.map(({ answer }) => ANSWERED.indexOf(answer)))] ?? 'none',
  };
}
