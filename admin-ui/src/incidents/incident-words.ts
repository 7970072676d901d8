import type { IncidentClock, IncidentSummary } from '../../../hub/api/schemas/incident.ts';
import type { Tone } from '../components/ui/badge.tsx';

/** A state in a word, with its colour and what it means. */
export interface StateWords {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

/** Where an incident stands. */
export const INCIDENT_STATES: Readonly<Record<IncidentSummary['state'], StateWords>> = {
  open: { label: 'Open', tone: 'bad', meaning: 'The harm may go on.' },
  contained: {
    label: 'Contained',
    tone: 'warn',
    meaning: 'The harm goes no further; the cause is still there.',
  },
  resolved: {
    label: 'Resolved',
    tone: 'info',
    meaning: 'The cause is gone; what is missing keeps it from being closed.',
  },
  closed: { label: 'Closed', tone: 'neutral', meaning: 'Everything was told, learned and agreed.' },
};

/** How bad it is. */
export const SEVERITIES: Readonly<Record<IncidentSummary['severity'], Tone>> = {
  low: 'neutral',
  medium: 'info',
  high: 'warn',
  critical: 'bad',
};

/** Where a clock stands. */
export const CLOCK_STATES: Readonly<Record<IncidentClock['state'], StateWords>> = {
  running: { label: 'Running', tone: 'warn', meaning: 'It has to be told until then.' },
  answered: { label: 'Told in time', tone: 'good', meaning: 'It was told before its time was over.' },
  late: { label: 'Told late', tone: 'bad', meaning: 'It was told after its time was over.' },
  missed: { label: 'Missed', tone: 'bad', meaning: 'Its time is over and it was not told.' },
  ended: { label: 'Not owed', tone: 'neutral', meaning: 'By what is known now it has not to be told.' },
};

/** The clock that needs somebody next: one that was missed, else the one that is due first. */
export function nextClock(clocks: readonly IncidentClock[]): IncidentClock | undefined {
  const owed = clocks.filter(({ state }) => state === 'missed' || state === 'running');
  return owed.toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))[0];
}

/** How long is left of a clock, or how long it is over: "in 3 h", "2 d ago". */
export function timeLeft(dueAt: string, now: Date): string {
  const ms = Date.parse(dueAt) - now.getTime();
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const size =
    minutes < 90
      ? `${String(minutes)} min`
      : minutes < 2 * 1440
        ? `${String(Math.floor(minutes / 60))} h`
        : `${String(Math.floor(minutes / 1440))} d`;
  return ms >= 0 ? `in ${size}` : `${size} ago`;
}

/** How much of a clock's time is over, from 0 to 1. */
export function shareOver(
  { startedAt, dueAt }: Pick<IncidentClock, 'startedAt' | 'dueAt'>,
  now: Date,
): number {
  const whole = Date.parse(dueAt) - Date.parse(startedAt);
  return Math.min(1, Math.max(0, (now.getTime() - Date.parse(startedAt)) / Math.max(1, whole)));
}

/** The questions of a classification, in the order in which they are asked. */
export const TRAITS: readonly { readonly trait: string; readonly question: string; readonly law: string }[] =
  [
    { trait: 'personal-data', question: 'Is personal data concerned?', law: 'GDPR art. 33, state laws' },
    {
      trait: 'high-risk-to-persons',
      question: 'Is it likely to be a high risk to the people concerned?',
      law: 'GDPR art. 34',
    },
    { trait: 'state-residents', question: 'Are residents of US states concerned?', law: 'State laws' },
    { trait: 'health-data', question: 'Is health data concerned?', law: 'HIPAA' },
    { trait: 'financial-entity', question: 'Are you a financial entity?', law: 'DORA' },
    { trait: 'major', question: 'Is it a major incident of ICT?', law: 'DORA' },
    { trait: 'essential-entity', question: 'Are you an essential or important entity?', law: 'NIS2' },
    { trait: 'significant', question: 'Is it a significant incident?', law: 'NIS2' },
    { trait: 'listed-company', question: 'Are you listed in the US?', law: 'SEC 8-K' },
    { trait: 'material', question: 'Is it material to investors?', law: 'SEC 8-K' },
  ];
