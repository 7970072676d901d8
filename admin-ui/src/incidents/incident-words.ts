import type { IncidentClock, IncidentDetail, IncidentSummary } from '../../../hub/api/schemas/incident.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { plural, t } from '../i18n/t.ts';
import { inUnit, type Level } from './level-draft.ts';

/** A state in a word, with its colour and what it means. */
export interface StateWords {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

/** Where an incident stands. */
export const INCIDENT_STATES: Readonly<Record<IncidentSummary['state'], StateWords>> = {
  open: { label: t('Open'), tone: 'bad', meaning: t('The harm may go on.') },
  contained: {
    label: t('Contained'),
    tone: 'warn',
    meaning: t('The harm goes no further; the cause is still there.'),
  },
  resolved: {
    label: t('Resolved'),
    tone: 'info',
    meaning: t('The cause is gone; what is missing keeps it from being closed.'),
  },
  closed: { label: t('Closed'), tone: 'neutral', meaning: t('Everything was told, learned and agreed.') },
};

/** How bad it is. */
export const SEVERITIES: Readonly<
  Record<IncidentSummary['severity'], { readonly label: string; readonly tone: Tone }>
> = {
  low: { label: t('Low'), tone: 'neutral' },
  medium: { label: t('Medium'), tone: 'info' },
  high: { label: t('High'), tone: 'warn' },
  critical: { label: t('Critical'), tone: 'bad' },
};

/** What kind of harm it is. */
export const INCIDENT_KINDS: Readonly<Record<IncidentSummary['kind'], string>> = {
  ledger: t('Ledger'),
  storage: t('Storage'),
  capture: t('Capture'),
  retention: t('Retention'),
  reconciliation: t('Reconciliation'),
  audit: t('Audit report'),
  attack: t('Attack'),
  breach: t('Breach'),
  access: t('Access'),
  availability: t('Availability'),
  other: t('Other'),
};

const DETECTORS: Readonly<Record<string, string>> = {
  'access-watch': t('the watch over accesses'),
  'break-glass': t('an emergency access'),
  'compliance-check': t('a check of compliance'),
  'integrity-check': t('a check of integrity'),
  'ledger-alarm': t('an alarm of the ledger'),
  person: t('a person'),
  'recorder-watch': t('the watch over recorders'),
  'refused-events': t('events that were refused'),
  retention: t('the rules of retention'),
  'store-probe': t('the probe of the object store'),
  'webhook-sending': t('the sending of webhooks'),
};

/** Who or what noticed it. */
export function detectorInWords(detector: string): string {
  return DETECTORS[detector] ?? codeInWords(detector).toLowerCase();
}

/** Where a clock stands. */
export const CLOCK_STATES: Readonly<Record<IncidentClock['state'], StateWords>> = {
  running: { label: t('Running'), tone: 'warn', meaning: t('It has to be told until then.') },
  answered: { label: t('Told in time'), tone: 'good', meaning: t('It was told before its time was over.') },
  late: { label: t('Told late'), tone: 'bad', meaning: t('It was told after its time was over.') },
  missed: { label: t('Missed'), tone: 'bad', meaning: t('Its time is over and it was not told.') },
  ended: { label: t('Not owed'), tone: 'neutral', meaning: t('By what is known now it has not to be told.') },
};

const STARTS: Readonly<Record<string, string>> = {
  detection: t('from the detection'),
  awareness: t('from the awareness'),
  discovery: t('from the discovery'),
  classification: t('from the classification'),
  materiality: t('from the finding that it is material'),
  'initial-notification': t('from the first notification'),
  'intermediate-report': t('from the intermediate report'),
};

/** From what a clock counts, within a sentence. */
export function startInWords(event: string): string {
  return STARTS[event] ?? codeInWords(event).toLowerCase();
}

/** Dates that people find out, from which clocks count; the law's own words. */
export const START_EVENTS: readonly { readonly event: string; readonly label: string }[] = [
  { event: 'awareness', label: t('Aware of it since') },
  { event: 'discovery', label: t('Discovered on') },
  { event: 'classification', label: t('Classified as major on') },
  { event: 'materiality', label: t('Found to be material on') },
];

const ENTRIES: Readonly<Record<string, string>> = {
  opened: t('Opened'),
  acknowledged: t('Taken on'),
  assigned: t('Given to a person'),
  assumed: t('Clocks started because nobody classified it'),
  'cause-ended': t('The cause is gone, as the detector says'),
  classified: t('Classified'),
  'clock-started': t('Clock started'),
  'clock-answered': t('It was told'),
  'clock-missed': t('Clock missed'),
  'clock-reminded': t('Reminded of a clock'),
  'clock-ended': t('Clock ended'),
  'close-asked': t('A second person is asked to agree to the closing'),
  'close-not-agreed': t('The closing was not agreed to'),
  'close-reminded': t('Reminded to close it'),
  closed: t('Closed'),
  contained: t('Contained'),
  escalated: t('Next level called'),
  frozen: t('Ledger frozen as evidence'),
  noted: t('Note'),
  'post-mortem': t('Post-mortem written'),
  'recordings-frozen': t('Recordings held as evidence'),
  reopened: t('Reopened'),
  resolved: t('Resolved'),
  ticket: t('Ticket'),
  'ticket-closed': t('The ticket was closed'),
};

/** An entry of the time line in words. */
export function entryInWords(kind: string): string {
  return ENTRIES[kind] ?? codeInWords(kind);
}

const ROLES: Readonly<Record<string, string>> = {
  compliance_officer: t('compliance officers'),
  administrator: t('administrators'),
  auditor: t('auditors'),
  engineer: t('engineers'),
  supervisor: t('supervisors'),
};

/** Who is called at a level: "compliance officers, administrators". */
export function calledInWords(roles: readonly string[]): string {
  return roles.map((role) => ROLES[role] ?? codeInWords(role).toLowerCase()).join(', ');
}

/** Everybody whom a level calls: its roles, its people and its connections, by what they are called. */
export function calledAtLevel(
  { roles, people, connections }: Pick<Level, 'roles' | 'people' | 'connections'>,
  names: Readonly<Record<string, string>>,
): string {
  const named = [...people, ...connections].map((id) => names[id] ?? t('somebody who is gone'));
  return [...(roles.length === 0 ? [] : [calledInWords(roles)]), ...named].join(', ');
}

/** When a level is called: "at once", "after 15 minutes", "after 2 days". */
export function afterInWords(minutes: number): string {
  if (minutes === 0) return t('at once');
  const { count, unit } = inUnit(minutes);
  switch (unit) {
    case 'minutes':
      return plural(count, { one: 'after {{count}} minute', other: 'after {{count}} minutes' });
    case 'hours':
      return plural(count, { one: 'after {{count}} hour', other: 'after {{count}} hours' });
    case 'days':
      return plural(count, { one: 'after {{count}} day', other: 'after {{count}} days' });
  }
}

/** The clock that needs somebody next: one that was missed, else the one that is due first. */
export function nextClock(clocks: readonly IncidentClock[]): IncidentClock | undefined {
  const owed = clocks.filter(({ state }) => state === 'missed' || state === 'running');
  return owed.toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))[0];
}

/** What an incident needs now. */
export type IncidentStep = 'take-on' | 'classify' | 'tell' | 'approve' | 'close' | 'work' | 'closed';

type Stepped = Pick<
  IncidentDetail,
  'state' | 'acknowledged' | 'classified' | 'clocks' | 'missing' | 'approvalId'
>;

/** The next step: somebody has to take it on, then the law, then the cause, then the closing. Pure. */
export function incidentStep(entry: Stepped): IncidentStep {
  if (entry.state === 'closed') return 'closed';
  if (entry.approvalId !== null) return 'approve';
  if (!entry.acknowledged) return 'take-on';
  if (!entry.classified) return 'classify';
  if (nextClock(entry.clocks) !== undefined) return 'tell';
  return entry.missing.length === 0 ? 'close' : 'work';
}

/** The questions of a classification, in the order in which they are asked. */
export const TRAITS: readonly { readonly trait: string; readonly question: string; readonly law: string }[] =
  [
    {
      trait: 'personal-data',
      question: t('Is personal data concerned?'),
      law: t('GDPR art. 33, state laws'),
    },
    {
      trait: 'high-risk-to-persons',
      question: t('Is it likely to be a high risk to the people concerned?'),
      law: t('GDPR art. 34'),
    },
    {
      trait: 'state-residents',
      question: t('Are residents of US states concerned?'),
      law: t('State laws'),
    },
    { trait: 'health-data', question: t('Is health data concerned?'), law: 'HIPAA' },
    { trait: 'financial-entity', question: t('Are you a financial entity?'), law: 'DORA' },
    { trait: 'major', question: t('Is it a major incident of ICT?'), law: 'DORA' },
    {
      trait: 'essential-entity',
      question: t('Are you an essential or important entity?'),
      law: 'NIS2',
    },
    { trait: 'significant', question: t('Is it a significant incident?'), law: 'NIS2' },
    { trait: 'listed-company', question: t('Are you listed in the US?'), law: 'SEC 8-K' },
    { trait: 'material', question: t('Is it material to investors?'), law: 'SEC 8-K' },
  ];

/** An instant as it was typed, "2026-11-26 14:30", in UTC; undefined for what is none. Pure. */
export function instantOf(text: string): string | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?$/.exec(text.trim());
  if (found === null) return undefined;
  const time = new Date(`${found[1] ?? ''}T${found[2] ?? '00:00'}:00.000Z`);
  if (Number.isNaN(time.getTime())) return undefined;
  const iso = time.toISOString();
  return iso.startsWith(found[1] ?? '') ? iso : undefined;
}
