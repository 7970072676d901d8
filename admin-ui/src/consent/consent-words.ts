/** Consent in the words of the console. */
import type { ConsentChange, ConsentChangeItem, ConsentEvidence } from '../../../hub/api/schemas/consent.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { number, plural, t } from '../i18n/t.ts';

const REASONS: Readonly<Record<string, string>> = {
  permitted: t('Stored'),
  'not-own': t('Not stored: not our own side'),
  refused: t('Not stored: refused or withdrew'),
  silent: t('Not stored: gave no consent in time'),
  mixed: t('Not stored: on one line with somebody who may not be'),
  'awaits-evidence': t('Not stored: no evidence came'),
  'awaits-name': t('Not stored: nobody said who it is'),
  'awaits-others': t('Not stored: others had not agreed'),
  paused: t('Not stored: paused'),
  ended: t('Not stored: the session was not to be recorded'),
};

/** What a decision meant for a party. Pure. */
export function partyInWords(reason: string): string {
  return REASONS[reason] ?? codeInWords(reason);
}

const KINDS: Readonly<Record<ConsentEvidence['kind'], string>> = {
  toned: t('Heard a tone'),
  announced: t('Was told'),
  assented: t('Agreed'),
  refused: t('Refused'),
  withdrawn: t('Withdrew'),
};

const SOURCES: Readonly<Record<ConsentEvidence['source'], string>> = {
  sip: t('said by the telephone system'),
  sdp: t('preference of the line'),
  api: t('noted by a person or program'),
  event: t('told by another system'),
  change: t('said after the call'),
};

/** A piece of evidence: "Agreed, prompt welcome-7 (de)". Pure. */
export function evidenceInWords({ kind, prompt }: ConsentEvidence): string {
  if (prompt === null) return KINDS[kind];
  const language = prompt.language === null ? '' : ` (${prompt.language})`;
  return t('{{what}}, prompt {{prompt}}', { what: KINDS[kind], prompt: `${prompt.id}${language}` });
}

/** How it came. Pure. */
export function sourceInWords({ source }: Pick<ConsentEvidence, 'source'>): string {
  return SOURCES[source];
}

const CHANGES: Readonly<Record<ConsentChange['kind'], string>> = {
  assented: t('Assent'),
  refused: t('Refusal'),
  withdrawn: t('Withdrawal'),
  'conflict-kept': t('Conflict decided: kept'),
  'conflict-ended': t('Conflict decided: not kept'),
};

/** What was said. Pure. */
export function changeInWords(kind: ConsentChange['kind']): string {
  return CHANGES[kind];
}

const ACTIONS: Readonly<Record<ConsentChangeItem['action'], string>> = {
  noted: t('Noted, something later counts'),
  kept: t('Kept as it is'),
  restricted: t('Locked'),
  lifted: t('Lock taken away'),
  'side-destroyed': t('Side of the party destroyed'),
  'disposal-due': t('Disposed of as a whole'),
  gone: t('Gone already'),
  failed: t('Failed, is tried again'),
};

/** What came of a change for one recording. Pure. */
export function actionInWords(action: ConsentChangeItem['action']): string {
  return ACTIONS[action];
}

/** "3 recordings: 2 locked, 1 kept as it is"; what came of a change so far. Pure. */
export function resultsInWords({ results, state }: Pick<ConsentChange, 'results' | 'state'>): string {
  const entries = Object.entries(results);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return state === 'done' ? t('No recording of the party') : t('Being carried out');
  const parts = entries.map(([action, count]) => {
    const words = (ACTIONS as Readonly<Record<string, string>>)[action] ?? codeInWords(action);
    return `${number(count)} ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
  });
  return plural(
    total,
    { one: '{{count}} recording: {{parts}}', other: '{{count}} recordings: {{parts}}' },
    { parts: parts.join(', ') },
  );
}

/** The colour of a result. Pure. */
export function toneOf(kind: ConsentEvidence['kind']): Tone {
  return kind === 'refused' || kind === 'withdrawn' ? 'warn' : 'good';
}

/** The colour of what came of a change for one recording. Pure. */
export function actionTone(action: ConsentChangeItem['action']): Tone {
  if (action === 'failed') return 'bad';
  return action === 'noted' || action === 'kept' || action === 'gone' ? 'neutral' : 'info';
}
