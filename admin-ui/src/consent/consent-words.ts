/** Consent in the words of the console. */
import type { ConsentChange, ConsentChangeItem, ConsentEvidence } from '../../../hub/api/schemas/consent.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { codeInWords, counted } from '../format/words.ts';

const REASONS: Readonly<Record<string, string>> = {
  permitted: 'Stored',
  'not-own': 'Not stored: not our own side',
  refused: 'Not stored: refused or withdrew',
  silent: 'Not stored: gave no consent in time',
  mixed: 'Not stored: on one line with somebody who may not be',
  'awaits-evidence': 'Not stored: no evidence came',
  'awaits-name': 'Not stored: nobody said who it is',
  'awaits-others': 'Not stored: others had not agreed',
  paused: 'Not stored: paused',
  ended: 'Not stored: the session was not to be recorded',
};

/** What a decision meant for a party. Pure. */
export function partyInWords(reason: string): string {
  return REASONS[reason] ?? codeInWords(reason);
}

const KINDS: Readonly<Record<ConsentEvidence['kind'], string>> = {
  toned: 'Heard a tone',
  announced: 'Was told',
  assented: 'Agreed',
  refused: 'Refused',
  withdrawn: 'Withdrew',
};

const SOURCES: Readonly<Record<ConsentEvidence['source'], string>> = {
  sip: 'said by the telephone system',
  sdp: 'preference of the line',
  api: 'noted by a person or program',
  event: 'told by another system',
  change: 'said after the call',
};

/** A piece of evidence: "Agreed, prompt welcome-7 (de)". Pure. */
export function evidenceInWords({ kind, prompt }: ConsentEvidence): string {
  if (prompt === null) return KINDS[kind];
  const language = prompt.language === null ? '' : ` (${prompt.language})`;
  return `${KINDS[kind]}, prompt ${prompt.id}${language}`;
}

/** How it came. Pure. */
export function sourceInWords({ source }: Pick<ConsentEvidence, 'source'>): string {
  return SOURCES[source];
}

const CHANGES: Readonly<Record<ConsentChange['kind'], string>> = {
  assented: 'Assent',
  refused: 'Refusal',
  withdrawn: 'Withdrawal',
  'conflict-kept': 'Conflict decided: kept',
  'conflict-ended': 'Conflict decided: not kept',
};

/** What was said. Pure. */
export function changeInWords(kind: ConsentChange['kind']): string {
  return CHANGES[kind];
}

const ACTIONS: Readonly<Record<ConsentChangeItem['action'], string>> = {
  noted: 'Noted, something later counts',
  kept: 'Kept as it is',
  restricted: 'Locked',
  lifted: 'Lock taken away',
  'side-destroyed': 'Side of the party destroyed',
  'disposal-due': 'Disposed of as a whole',
  gone: 'Gone already',
  failed: 'Failed, is tried again',
};

/** What came of a change for one recording. Pure. */
export function actionInWords(action: ConsentChangeItem['action']): string {
  return ACTIONS[action];
}

/** "3 recordings: 2 locked, 1 kept as it is"; what came of a change so far. Pure. */
export function resultsInWords({ results, state }: Pick<ConsentChange, 'results' | 'state'>): string {
  const entries = Object.entries(results);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return state === 'done' ? 'No recording of the party' : 'Being carried out';
  const parts = entries.map(([action, count]) => {
    const words = (ACTIONS as Readonly<Record<string, string>>)[action] ?? codeInWords(action);
    return `${String(count)} ${words.toLowerCase()}`;
  });
  return `${counted(total, 'recording', 'recordings')}: ${parts.join(', ')}`;
}

/** The colour of a result. Pure. */
export function toneOf(kind: ConsentEvidence['kind']): Tone {
  return kind === 'refused' || kind === 'withdrawn' ? 'warn' : 'good';
}
