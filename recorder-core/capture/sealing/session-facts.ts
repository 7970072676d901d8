import { HoldfastError } from '../../errors.ts';
import type { LossKind } from '../../policy/recorder-loss.ts';
import type { SessionIdentity } from '../../siprec/session-identity.ts';
import { CAPTURE_REMARKS } from '../capture-remarks.ts';
import type { JournalEntry, JournalParty } from '../session-journal.ts';

type Entry<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>;

/** Remarks that say that some media may be missing. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  CAPTURE_REMARKS.media_thread_lost.text,
  CAPTURE_REMARKS.media_left_out.text,
]);

/** What a session's journal says about it as a whole. */
export interface SessionFacts {
  readonly callId: string;
  readonly department?: string | undefined;
  readonly classification?: string | undefined;
  /** The last decision made; a party who joins can only make it stricter. */
  readonly consent: Entry<'started'>['consent'];
  /** No decision ever permitted a frame, so nothing was stored and there is nothing to keep. */
  readonly neverPermitted: boolean;
  /** The row of each party that a decision named, by the name it has there. */
  readonly ordinals: ReadonlyMap<string, number>;
  /** Under which circumstances it was at some time, and what it was for besides the purpose of the recorder, each once. */
  readonly signs: { readonly circumstances: readonly string[]; readonly purposes: readonly string[] };
  /** What was said about consent, in the order in which it was heard. */
  readonly notes: readonly Entry<'consent-note'>[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly durationMs: number;
  /** True when the session did not end in good order here: the recorder was killed, or the disk refused. */
  readonly partial: boolean;
  readonly endReason: string;
  readonly parties: readonly JournalParty[];
  readonly warnings: readonly string[];
  /** What was lost of it by faults of the recorder. */
  readonly losses: readonly LossKind[];
  /** By what the session can be recognised: everything that was ever said of it. */
  readonly identity: SessionIdentity;
}

/**
 * Reads a journal as one story. Without its last entry the session was broken
 * off: its end is then the last packet that reached the disk, because nothing
 * later can be proven. Pure.
 */
export function describeSession(
  journal: readonly JournalEntry[],
  media: { readonly lastPacketMs: number; readonly brokenLogs: number },
): SessionFacts {
  const started = journal.find((entry) => entry.type === 'started');
  if (started === undefined) {
    throw new HoldfastError(
      'integrity_failed',
      'A spooled session has no beginning in its journal; keep its folder for an investigation.',
    );
  }
  const ended = journal.findLast((entry) => entry.type === 'ended');
  const parties = journal.findLast((entry) => entry.type === 'parties')?.parties ?? [];
  const startedAtMs = Math.round(started.atMs);
  const endedAtMs = Math.max(startedAtMs, Math.round(ended?.atMs ?? started.atMs + media.lastPacketMs));
  const partial = ended === undefined || media.brokenLogs > 0;
  const what = ended === undefined ? CAPTURE_REMARKS.broken_off : CAPTURE_REMARKS.incomplete;
  const warnings = journal.flatMap((entry) => (entry.type === 'warnings' ? entry.warnings : []));
  const decisions = journal.flatMap((entry) =>
    entry.type === 'started' || entry.type === 'consent' ? [entry.consent] : [],
  );
  return {
    callId: started.callId,
    ...(started.department !== undefined && { department: started.department }),
    ...(started.classification !== undefined && { classification: started.classification }),
    neverPermitted: decisions.every(({ act }) => act === 'wait' || act === 'end'),
    ordinals: new Map(
      decisions.flatMap(({ parties: named = [] }) =>
        named.map(({ party, ordinal }) => [party, ordinal] as const),
      ),
    ),
    notes: journal.filter((entry) => entry.type === 'consent-note'),
    signs: signsOf(journal),
    consent: journal.findLast((entry) => entry.type === 'consent')?.consent ?? started.consent,
    startedAtMs,
    endedAtMs,
    durationMs: endedAtMs - startedAtMs,
    partial,
    endReason: ended?.reason ?? 'broken off',
    parties,
    identity: identityOf(journal),
    warnings: [...new Set([...warnings, ...(partial ? [what.text] : [])])],
    losses: lossesOf(partial, ended !== undefined, warnings),
  };
}

function lossesOf(partial: boolean, ended: boolean, warnings: readonly string[]): LossKind[] {
  const whole: LossKind = ended ? 'not-stored' : 'broken-off';
  return [
    ...(partial ? [whole] : []),
    ...(warnings.some((text) => LEFT_OUT.has(text)) ? ['left-out' as const] : []),
  ];
}

function signsOf(journal: readonly JournalEntry[]): SessionFacts['signs'] {
  return {
    circumstances: distinct(
      journal.flatMap((entry) => (entry.type === 'circumstance' ? [entry.circumstance] : [])),
    ),
    purposes: distinct(journal.flatMap((entry) => (entry.type === 'purpose' ? [entry.purpose] : []))),
  };
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

function identityOf(journal: readonly JournalEntry[]): SessionIdentity {
  const said = journal.flatMap((entry) => (entry.type === 'identity' ? [entry.identity] : []));
  const all = (pick: (identity: (typeof said)[number]) => readonly string[]): string[] => [
    ...new Set(said.flatMap(pick)),
  ];
  const groupSequence = said.findLast((identity) => identity.groupSequence !== undefined)?.groupSequence;
  return {
    sessions: all(({ sessions }) => sessions),
    calls: all(({ calls }) => calls),
    groups: all(({ groups }) => groups),
    participants: all(({ participants }) => participants),
    ...(groupSequence !== undefined && { groupSequence }),
  };
}
