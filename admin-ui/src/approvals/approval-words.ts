import type { ApprovalKind, ApprovalState, ApprovalSummary } from '../../../hub/api/schemas/approval.ts';
import type { Tone } from '../components/ui/badge.tsx';

const KINDS: Readonly<Record<ApprovalKind, string>> = {
  'access-grant': 'Grant of access',
  'access-policy': 'Access policies',
  'break-glass-review': 'Review of an emergency',
  'consent-conflict': 'Conflict of consent',
  'disposal-review': 'Disposal of one recording',
  'disposal-run': 'Disposal run',
  'hold-release': 'Release of a hold',
  'incident-close': 'Closing of an incident',
  'request-erasure': 'Erasure for a person',
  'request-refusal': 'Refusal of a request',
  'rule-pack': 'Rule pack',
  'tenant-policy': 'Policy of the tenant',
};

/** What is asked about, in words. */
export function kindInWords(kind: ApprovalKind): string {
  return KINDS[kind];
}

const STATES: Readonly<Record<ApprovalState, { readonly label: string; readonly tone: Tone }>> = {
  open: { label: 'Waits', tone: 'warn' },
  approved: { label: 'Approved', tone: 'good' },
  refused: { label: 'Refused', tone: 'bad' },
  expired: { label: 'Expired', tone: 'neutral' },
  withdrawn: { label: 'Withdrawn', tone: 'neutral' },
};

/** A state in a word with its colour. What is open and past its time is told as expired, before the row says so. */
export function stateInWords(
  { state, dueAt }: Pick<ApprovalSummary, 'state' | 'dueAt'>,
  now: Date,
): { readonly label: string; readonly tone: Tone } {
  return STATES[state === 'open' && Date.parse(dueAt) <= now.getTime() ? 'expired' : state];
}

const RULES: Readonly<Record<string, string>> = {
  'approval/own-right': 'Your role may decide about this.',
  'approval/lent-right': 'You may decide about this by a right that was lent to you.',
  'approval/own-benefit': 'This is for you, or about what you did, so somebody else has to decide.',
  'approval/own-request': 'You asked for this yourself, so somebody else has to decide.',
  'approval/no-right': 'Your role may not decide about this, and nobody who may lends you the right to.',
  'approval/over': 'This was decided.',
  'approval/late': 'The time for this decision is over. Have it asked for anew.',
};

/** Why the reader may decide, or not. */
export function ruleInWords(rule: string): string {
  return RULES[rule] ?? `Decided by the rule ${rule}.`;
}

/** The name of a figure of the plan: "recordings" reads "Recordings", "dueAt" reads "Due at". */
export function factName(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A figure of the plan as people read it. */
export function factValue(value: string | number | boolean | null): string {
  if (value === null || value === '') return 'None';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return typeof value === 'number' ? value.toLocaleString('en') : value;
}
