import type { ExportFetch, ExportState } from '../../../hub/api/schemas/export.ts';
import type { Tone } from '../components/ui/badge.tsx';

/** A state in a word, with its colour and what it means. */
export interface StateWords {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

const STATES: Readonly<Record<ExportState, StateWords>> = {
  requested: { label: 'Waits for approval', tone: 'warn', meaning: 'A second person has to agree.' },
  approved: { label: 'Approved', tone: 'info', meaning: 'The bundle will be made in a moment.' },
  making: { label: 'Being made', tone: 'info', meaning: 'The bundle is being sealed and encrypted.' },
  ready: { label: 'Ready', tone: 'good', meaning: 'The bundle can be fetched with a link.' },
  refused: { label: 'Refused', tone: 'neutral', meaning: 'A second person did not agree.' },
  expired: { label: 'Expired', tone: 'neutral', meaning: 'Its days are over and the bundle is deleted.' },
  revoked: { label: 'Revoked', tone: 'bad', meaning: 'It was taken back and the bundle is deleted.' },
  failed: { label: 'Failed', tone: 'bad', meaning: 'The bundle could not be made; there is none.' },
};

/** How a state is told. What is ready and past its date is told as expired, before the row says so. */
export function stateInWords(
  { state, expiresAt }: { readonly state: ExportState; readonly expiresAt: string },
  now: Date,
): StateWords {
  const past = Date.parse(expiresAt) <= now.getTime();
  return STATES[past && (state === 'ready' || state === 'requested') ? 'expired' : state];
}

const RULES: Readonly<Record<string, string>> = {
  'export/within-limit': 'Within the limits: one person may export it.',
  'export/many-recordings': 'More recordings than one person may export: a second one has to agree.',
  'export/many-bytes': 'More data than one person may export: a second one has to agree.',
};

/** Why a second person is needed, or not. */
export function approvalInWords(rule: string): string {
  return RULES[rule] ?? `Decided by the rule ${rule}.`;
}

const OUTCOMES: Readonly<Record<ExportFetch['outcome'], string>> = {
  running: 'Running',
  complete: 'Sent to its end',
  left: 'Recipient left',
  revoked: 'Cut: revoked',
  expired: 'Cut: expired',
  failed: 'Failed',
};

/** How the sending of a range ended. */
export function fetchInWords(outcome: ExportFetch['outcome']): string {
  return OUTCOMES[outcome];
}
