import type {
  RequestClock,
  RequestDetail,
  RequestReceipt,
  RequestSummary,
} from '../../../hub/api/schemas/request.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

type Kind = RequestSummary['kind'];
type State = RequestSummary['state'];
type Decision = RequestDetail['items'][number]['decision'];

/** What was asked, in words. */
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  access: t('Access to a copy'),
  erasure: t('Erasure'),
  rectification: t('Rectification'),
  restriction: t('Restriction'),
  portability: t('Portability'),
  objection: t('Objection'),
  'opt-out': t('Opt-out'),
};

/** Where it stands, in words and colour. */
export const STATE_WORDS: Readonly<Record<State, { readonly label: string; readonly tone: Tone }>> = {
  identifying: { label: t('Who asks?'), tone: 'warn' },
  discovering: { label: t('Searching'), tone: 'info' },
  reviewing: { label: t('To review'), tone: 'warn' },
  approving: { label: t('Second person'), tone: 'warn' },
  fulfilling: { label: t('Carried out'), tone: 'info' },
  answered: { label: t('Answered'), tone: 'good' },
  refused: { label: t('Refused'), tone: 'neutral' },
  withdrawn: { label: t('Withdrawn'), tone: 'neutral' },
  expired: { label: t('Expired'), tone: 'neutral' },
};

/** For what it waits, by its state, within a sentence. */
export const WAITS_FOR: Readonly<Partial<Record<State, string>>> = {
  identifying: t('waits for: proof of who asks'),
  discovering: t('waits for: the search, which runs'),
  reviewing: t('waits for: a decision about what was found'),
  approving: t('waits for: a second person'),
  fulfilling: t('waits for: what is being carried out'),
};

/** How it was made sure who asks. */
export const EVIDENCE_WORDS: Readonly<Record<RequestDetail['evidenceNeeded'][number], string>> = {
  none: t('Nothing needed'),
  'known-address': t('Wrote from an address that is known'),
  'call-back': t('Called back on the known number'),
  'account-login': t('Logged in to their account'),
  'document-seen': t('A document was seen'),
};

/** By what a person is found. */
export const IDENTIFIER_WORDS: Readonly<Record<RequestDetail['identifiers'][number]['kind'], string>> = {
  number: t('Number'),
  address: t('Address'),
  name: t('Name'),
};

/** How the request came. */
export const SOURCE_WORDS: Readonly<Record<RequestDetail['source'], string>> = {
  console: t('entered in the console'),
  'command-line': t('entered on the command line'),
  api: t('entered by a person or a program'),
  event: t('told by another system'),
};

/** What is done with a recording. */
export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  give: t('Give a copy of the whole'),
  'give-side': t('Give a copy of the side of the person'),
  withhold: t('Withhold'),
  erase: t('Erase the whole recording'),
  'erase-side': t('Erase the side of the person'),
  restrict: t('Restrict its use'),
  keep: t('Keep'),
};

const DECISIONS_FOR: Readonly<Record<Kind, readonly Decision[]>> = {
  access: ['give-side', 'give', 'withhold'],
  portability: ['give-side', 'give', 'withhold'],
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

/** Whether a decision is a no, or gives the voice of others away, and so needs a ground. Pure. */
export function needsGround(decision: Decision, others: boolean): boolean {
  return decision === 'withhold' || decision === 'keep' || (decision === 'give' && others);
}

/** Who has to agree to the plan: nobody else, or a second person, and why. Pure. */
export function planNeeds(plan: RequestDetail['plan']): 'nobody' | 'erasure' | 'refusal' {
  const has = (...decisions: Decision[]) => decisions.some((one) => (plan[one] ?? 0) > 0);
  if (has('erase', 'erase-side')) return 'erasure';
  return has('withhold', 'keep') ? 'refusal' : 'nobody';
}

/** What became of it in a store, in words and colour. */
export const OUTCOME_WORDS: Readonly<
  Record<RequestReceipt['outcome'], { readonly label: string; readonly tone: Tone }>
> = {
  given: { label: t('Given'), tone: 'good' },
  erased: { label: t('Erased'), tone: 'good' },
  restricted: { label: t('Restricted'), tone: 'info' },
  retained: { label: t('Kept'), tone: 'neutral' },
  unsupported: { label: t('Out of reach'), tone: 'warn' },
  failed: { label: t('Failed'), tone: 'bad' },
  pending: { label: t('Waited for'), tone: 'info' },
};

const STORES: Readonly<Record<string, string>> = {
  recording: t('Recording'),
  database: t('Database'),
  objects: t('Object store'),
  search: t('Search index'),
  connections: t('Connected systems'),
  exports: t('Exports'),
  ledger: t('Ledger'),
};

/** A store or a connection by its name. Pure. */
export function storeInWords(store: string): string {
  return STORES[store] ?? store;
}

/** Receipts of one store together, stores in the order in which they first answered. Pure. */
export function byStore(
  receipts: readonly RequestReceipt[],
): { readonly store: string; readonly receipts: readonly RequestReceipt[] }[] {
  return [...Map.groupBy(receipts, ({ store }) => store)].map(([store, own]) => ({ store, receipts: own }));
}

interface ClockWords {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

/** Where a clock stands, in words, colour and what it means. */
export const CLOCK_WORDS: Readonly<Record<RequestClock['state'], ClockWords>> = {
  running: { label: t('Running'), tone: 'warn', meaning: t('The person has to be told until then.') },
  paused: {
    label: t('Stopped'),
    tone: 'info',
    meaning: t('It stands still until it is sure who asks; its date moves.'),
  },
  met: { label: t('Met'), tone: 'good', meaning: t('The person was told before its time was over.') },
  late: { label: t('Late'), tone: 'bad', meaning: t('The person was told after its time was over.') },
  missed: { label: t('Missed'), tone: 'bad', meaning: t('Its time is over, and the person was not told.') },
  unknown: {
    label: t('Not known here'),
    tone: 'neutral',
    meaning: t('Its time is over. Whether the receipt was acknowledged is written elsewhere.'),
  },
  ended: { label: t('Not owed'), tone: 'neutral', meaning: t('The request ended without an answer.') },
};

/** A step of a clock, in words. */
export const CLOCK_STEPS: Readonly<Record<RequestClock['step'], string>> = {
  acknowledge: t('acknowledge the receipt'),
  answer: t('answer'),
};
