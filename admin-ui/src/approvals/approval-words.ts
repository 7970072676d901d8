import type {
  ApprovalAbout,
  ApprovalKind,
  ApprovalState,
  ApprovalSummary,
} from '../../../hub/api/schemas/approval.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { number, t } from '../i18n/t.ts';

const KINDS: Readonly<Record<ApprovalKind, string>> = {
  'access-grant': t('Grant of access'),
  'access-policy': t('Access policies'),
  'access-rules': t('Unusual use of access'),
  'break-glass-review': t('Review of an emergency'),
  'consent-conflict': t('Conflict of consent'),
  'disposal-review': t('Disposal of one recording'),
  'disposal-run': t('Disposal run'),
  export: t('Export'),
  'hold-release': t('Release of a hold'),
  'incident-close': t('Closing of an incident'),
  'recording-cut': t('Cut out of a recording'),
  'request-erasure': t('Erasure for a person'),
  'request-refusal': t('Refusal of a request'),
  'rule-pack': t('Rule pack'),
  'tenant-policy': t('Policy of the tenant'),
};

/** What is asked about, in words. */
export function kindInWords(kind: ApprovalKind): string {
  return KINDS[kind];
}

const STATES: Readonly<Record<ApprovalState, { readonly label: string; readonly tone: Tone }>> = {
  open: { label: t('Waits'), tone: 'warn' },
  approved: { label: t('Approved'), tone: 'good' },
  refused: { label: t('Refused'), tone: 'bad' },
  expired: { label: t('Expired'), tone: 'neutral' },
  withdrawn: { label: t('Withdrawn'), tone: 'neutral' },
};

/** A state in a word with its colour. What is open and past its time is told as expired, before the row says so. */
export function stateInWords(
  { state, dueAt }: Pick<ApprovalSummary, 'state' | 'dueAt'>,
  now: Date,
): { readonly label: string; readonly tone: Tone } {
  return STATES[state === 'open' && Date.parse(dueAt) <= now.getTime() ? 'expired' : state];
}

const RULES: Readonly<Record<string, string>> = {
  'approval/own-right': t('Your role may decide about this.'),
  'approval/lent-right': t('You may decide about this by a right that was lent to you.'),
  'approval/own-benefit': t('This is for you, or about what you did, so somebody else has to decide.'),
  'approval/own-request': t('You asked for this yourself, so somebody else has to decide.'),
  'approval/no-right': t('Your role may not decide about this, and nobody who may lends you the right to.'),
  'approval/over': t('This was decided.'),
  'approval/late': t('The time for this decision is over. Have it asked for anew.'),
};

/** Why the reader may decide, or not. */
export function ruleInWords(rule: string): string {
  return RULES[rule] ?? t('Decided by the rule {{rule}}.', { rule });
}

const FACTS: Readonly<Record<string, string>> = {
  recordings: t('Recordings'),
  exact: t('Counted to the last'),
  sampled: t('Drawn at random'),
  proven: t('Proven past every floor'),
  matter: t('Matter'),
  holds: t('Holds'),
  whole: t('The matter ends with it'),
  severity: t('Severity'),
  kind: t('Kind'),
  openedAt: t('Opened'),
  version: t('Version'),
  give: t('Copies given'),
  withhold: t('Withheld'),
  erase: t('Erased whole'),
  'erase-side': t('Sides erased'),
  restrict: t('Restricted'),
  keep: t('Kept'),
  refuse: t('Refused as a whole'),
  conflict: t('Conflict'),
  rules: t('Rules'),
  bytes: t('Bytes'),
  recipient: t('Recipient'),
  until: t('Until'),
  rule: t('Rule'),
  ground: t('Ground'),
  from: t('From'),
  to: t('To'),
  lines: t('Lines'),
  'bulk before': t('Many recordings, before'),
  'bulk afterwards': t('Many recordings, afterwards'),
  'hours before': t('Working hours, before'),
  'hours afterwards': t('Working hours, afterwards'),
  'newCountry before': t('New country watched, before'),
  'newCountry afterwards': t('New country watched, afterwards'),
  'quietHours before': t('Told once in so many hours, before'),
  'quietHours afterwards': t('Told once in so many hours, afterwards'),
};

/** The name of a figure of the plan: "recordings" reads "Recordings", "dueAt" reads "Due at". */
export function factName(name: string): string {
  const known = FACTS[name];
  if (known !== undefined) return known;
  if (name.startsWith('class ')) return t('Of the class {{name}}', { name: name.slice('class '.length) });
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A figure of the plan as people read it; of what is unusual use, nothing means that it is not watched. */
export function factValue(name: string, value: string | number | boolean | null): string {
  if (value === null && /^(bulk|hours) /.test(name)) return t('Not watched');
  if (value === null || value === '') return t('None');
  if (typeof value === 'boolean') return value ? t('Yes') : t('No');
  return typeof value === 'number' ? number(value) : value;
}

/** Where the thing stands that an approval is about, with the words of the link to it. */
export const ABOUT_WORDS: Readonly<Record<ApprovalAbout['type'], string>> = {
  matter: t('Open the matter'),
  recording: t('Open the recording'),
  'disposal-run': t('Open the disposal run'),
  export: t('Open the export'),
  incident: t('Open the incident'),
  request: t('Open the request'),
  grant: t('Open the grant'),
  'access-policy': t('Open the policies'),
  'access-rules': t('Open what is unusual'),
  policy: t('Open the rules'),
};
