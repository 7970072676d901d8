import type { RequestDetail, RequestReceipt, RequestSummary } from '../../../hub/api/schemas/request.ts';
import type { Tone } from '../components/ui/badge.tsx';

type Kind = RequestSummary['kind'];
type State = RequestSummary['state'];
type Decision = RequestDetail['items'][number]['decision'];

/** What was asked, in words. */
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  access: 'Access to a copy',
  erasure: 'Erasure',
  rectification: 'Rectification',
  restriction: 'Restriction',
  portability: 'Portability',
  objection: 'Objection',
  'opt-out': 'Opt-out',
};

/** Where it stands, in words and colour. */
export const STATE_WORDS: Readonly<Record<State, { readonly label: string; readonly tone: Tone }>> = {
  identifying: { label: 'Who asks?', tone: 'warn' },
  discovering: { label: 'Searching', tone: 'info' },
  reviewing: { label: 'To review', tone: 'warn' },
  approving: { label: 'Second person', tone: 'warn' },
  fulfilling: { label: 'Carried out', tone: 'info' },
  answered: { label: 'Answered', tone: 'good' },
  refused: { label: 'Refused', tone: 'neutral' },
  withdrawn: { label: 'Withdrawn', tone: 'neutral' },
  expired: { label: 'Expired', tone: 'neutral' },
};

/** How it was made sure who asks. */
export const EVIDENCE_WORDS: Readonly<Record<RequestDetail['evidenceNeeded'][number], string>> = {
  none: 'Nothing needed',
  'known-address': 'Wrote from an address that is known',
  'call-back': 'Called back on the known number',
  'account-login': 'Logged in to their account',
  'document-seen': 'A document was seen',
};

/** What is done with a recording. */
export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  give: 'Give a copy',
  withhold: 'Withhold',
  erase: 'Erase the whole recording',
  'erase-side': 'Erase the side of the person',
  restrict: 'Restrict its use',
  keep: 'Keep',
};

const DECISIONS_FOR: Readonly<Record<Kind, readonly Decision[]>> = {
  access: ['give', 'withhold'],
  portability: ['give', 'withhold'],
  erasure: ['erase-side', 'erase', 'keep'],
  restriction: ['restrict', 'keep'],
  objection: ['restrict', 'erase-side', 'erase', 'keep'],
  rectification: ['keep'],
  'opt-out': ['restrict', 'keep'],
};

/** The decisions that answer what was asked. Pure. */
export function decisionsFor(kind: Kind): { readonly value: Decision; readonly label: string }[] {
  return DECISIONS_FOR[kind].map((value) => ({ value, label: DECISION_WORDS[value] }));
}

/** What became of it in a store, in words and colour. */
export const OUTCOME_WORDS: Readonly<
  Record<RequestReceipt['outcome'], { readonly label: string; readonly tone: Tone }>
> = {
  given: { label: 'Given', tone: 'good' },
  erased: { label: 'Erased', tone: 'good' },
  restricted: { label: 'Restricted', tone: 'info' },
  retained: { label: 'Kept', tone: 'neutral' },
  unsupported: { label: 'Out of reach', tone: 'warn' },
  failed: { label: 'Failed', tone: 'bad' },
  pending: { label: 'Waited for', tone: 'info' },
};
