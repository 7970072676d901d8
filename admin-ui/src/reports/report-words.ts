import type { FindingItem, ReportSectionItem, ReportSummary } from '../../../hub/api/schemas/report.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

/** A word with its colour and what it means. */
export interface Told {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

const STATES: Readonly<Record<ReportSummary['state'], Told>> = {
  asked: { label: t('Asked for'), tone: 'info', meaning: t('It begins in a moment.') },
  making: {
    label: t('Being made'),
    tone: 'info',
    meaning: t('Section by section; a restart loses nothing.'),
  },
  sealed: { label: t('Sealed'), tone: 'good', meaning: t('Signed by the ledger’s key and kept encrypted.') },
  failed: {
    label: t('Failed'),
    tone: 'bad',
    meaning: t('It could not be sealed. Its findings stand all the same.'),
  },
  expired: {
    label: t('Gone'),
    tone: 'neutral',
    meaning: t('Its time is over; its digests still stand in the ledger.'),
  },
};

/** How the state of a report is told. */
export function reportInWords(state: ReportSummary['state']): Told {
  return STATES[state];
}

const SECTIONS: Readonly<Record<ReportSectionItem['state'], Told>> = {
  waiting: { label: t('Waits'), tone: 'neutral', meaning: t('Its turn has not come.') },
  running: { label: t('Running'), tone: 'info', meaning: t('It is being checked.') },
  passed: { label: t('Passed'), tone: 'good', meaning: t('Everything was checked and in order.') },
  findings: { label: t('Findings'), tone: 'bad', meaning: t('Something is not as it must be.') },
  'not-checked': {
    label: t('Not checked whole'),
    tone: 'warn',
    meaning: t('What could not be checked is told with its reason.'),
  },
};

/** How the state of a section is told. */
export function sectionInWords(state: ReportSectionItem['state']): Told {
  return SECTIONS[state];
}

const SEVERITIES: Readonly<Record<FindingItem['severity'], Tone>> = {
  critical: 'bad',
  major: 'warn',
  minor: 'neutral',
};

/** The colour of a severity. */
export function severityTone(severity: string): Tone {
  return SEVERITIES[severity as FindingItem['severity']] ?? 'neutral';
}

/** A severity in a word; one that nobody knows as it stands. */
export function severityInWords(severity: string): string {
  return SEVERITY_WORDS[severity] ?? severity;
}

const SEVERITY_WORDS: Readonly<Record<string, string>> = {
  critical: t('critical'),
  major: t('major'),
  minor: t('minor'),
};

/** The name of a period: the quarter, or the days of what a person asked for. */
export function periodInWords({ period, cause }: Pick<ReportSummary, 'period' | 'cause'>): string {
  const [, year, quarter] = /^(\d{4})-Q(\d)$/.exec(period.name) ?? [];
  if (cause === 'quarterly' && year !== undefined && quarter !== undefined)
    return t('Quarter {{quarter}} of {{year}}', { quarter, year });
  return t('{{from}} to {{to}}', { from: period.from.slice(0, 10), to: lastDay(period.to) });
}

function lastDay(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString().slice(0, 10);
}

/** Why a call without a recording is none that is missing. */
export function reasonInWords(reason: string | null): string {
  if (reason === null) return t('nothing explains it');
  if (reason.startsWith('refused/'))
    return reason === 'refused/consent' ? t('consent forbade it') : t('capture did not take it');
  return REASONS[reason] ?? reason;
}

const REASONS: Readonly<Record<string, string>> = {
  'not-answered': t('nobody answered'),
  'line-not-recorded': t('a line that is not recorded'),
  internal: t('an internal call'),
  'recorders-drained': t('all recorders were out of service'),
  'call-id': t('found by its id'),
  'call-id/disposed': t('found by its id, disposed of since'),
  'both-parties': t('found by both parties'),
  'one-party': t('found by one party'),
  time: t('found by its time'),
  'time/disposed': t('found by its time, disposed of since'),
};
