import type { FindingItem, ReportSectionItem, ReportSummary } from '../../../hub/api/schemas/report.ts';
import type { Tone } from '../components/ui/badge.tsx';

/** A word with its colour and what it means. */
export interface Told {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

const STATES: Readonly<Record<ReportSummary['state'], Told>> = {
  asked: { label: 'Asked for', tone: 'info', meaning: 'It begins in a moment.' },
  making: { label: 'Being made', tone: 'info', meaning: 'Section by section; a restart loses nothing.' },
  sealed: { label: 'Sealed', tone: 'good', meaning: 'Signed by the ledger’s key and kept encrypted.' },
  failed: {
    label: 'Failed',
    tone: 'bad',
    meaning: 'It could not be sealed. Its findings stand all the same.',
  },
  expired: {
    label: 'Gone',
    tone: 'neutral',
    meaning: 'Its time is over; its digests still stand in the ledger.',
  },
};

/** How the state of a report is told. */
export function reportInWords(state: ReportSummary['state']): Told {
  return STATES[state];
}

const SECTIONS: Readonly<Record<ReportSectionItem['state'], Told>> = {
  waiting: { label: 'Waits', tone: 'neutral', meaning: 'Its turn has not come.' },
  running: { label: 'Running', tone: 'info', meaning: 'It is being checked.' },
  passed: { label: 'Passed', tone: 'good', meaning: 'Everything was checked and in order.' },
  findings: { label: 'Findings', tone: 'bad', meaning: 'Something is not as it must be.' },
  'not-checked': {
    label: 'Not checked whole',
    tone: 'warn',
    meaning: 'What could not be checked is told with its reason.',
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

/** The name of a period: the quarter, or the days of what a person asked for. */
export function periodInWords({ period, cause }: Pick<ReportSummary, 'period' | 'cause'>): string {
  if (cause === 'quarterly') return period.name.replace(/^(\d{4})-Q(\d)$/, 'Quarter $2 of $1');
  return `${period.from.slice(0, 10)} to ${lastDay(period.to)}`;
}

function lastDay(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString().slice(0, 10);
}

/** Why a call without a recording is none that is missing. */
export function reasonInWords(reason: string | null): string {
  if (reason === null) return 'nothing explains it';
  if (reason.startsWith('refused/'))
    return reason === 'refused/consent' ? 'consent forbade it' : 'capture did not take it';
  return REASONS[reason] ?? reason;
}

const REASONS: Readonly<Record<string, string>> = {
  'not-answered': 'nobody answered',
  'line-not-recorded': 'a line that is not recorded',
  internal: 'an internal call',
  'recorders-drained': 'all recorders were out of service',
  'call-id': 'found by its id',
  'call-id/disposed': 'found by its id, disposed of since',
  'both-parties': 'found by both parties',
  'one-party': 'found by one party',
  time: 'found by its time',
  'time/disposed': 'found by its time, disposed of since',
};
