/**
 * The life of a person's request (access, erasure and the like), and how sure one has to be of who asks. Pure; the rows
 * follow it, and nothing changes a state but by an event of it.
 */
import type { RequestKind } from './clock-rows.ts';

/** Where a request stands, in the usual order; the last four are ends. */
export const REQUEST_STATES = [
  'identifying',
  'discovering',
  'reviewing',
  'approving',
  'fulfilling',
  'answered',
  'refused',
  'withdrawn',
  'expired',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What can happen to a request. `send-back`: a second person did not agree. */
export const REQUEST_EVENTS = [
  'verify',
  'discover',
  'submit',
  'approve',
  'send-back',
  'answer',
  'refuse',
  'withdraw',
  'expire',
] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

const NEXT: Readonly<Record<RequestState, Partial<Record<RequestEvent, RequestState>>>> = {
  identifying: { verify: 'discovering', withdraw: 'withdrawn', expire: 'expired' },
  discovering: { discover: 'reviewing', withdraw: 'withdrawn' },
  reviewing: { submit: 'approving', withdraw: 'withdrawn' },
  approving: { approve: 'fulfilling', refuse: 'refused', 'send-back': 'reviewing', withdraw: 'withdrawn' },
  // Nothing is taken back once something may be gone.
  fulfilling: { answer: 'answered' },
  answered: {},
  refused: {},
  withdrawn: {},
  expired: {},
};

/** The state after an event, or undefined where the event cannot happen in this state. */
export function requestStateAfter(state: RequestState, event: RequestEvent): RequestState | undefined {
  return NEXT[state][event];
}

/** Whether nothing can happen to it any more. */
export function isRequestOver(state: RequestState): boolean {
  return Object.keys(NEXT[state]).length === 0;
}

/** How it was made sure who asks, from the weakest: what was checked is noted, never the document. */
export const IDENTITY_EVIDENCE = [
  'none',
  'known-address',
  'call-back',
  'account-login',
  'document-seen',
] as const;
export type IdentityEvidence = (typeof IDENTITY_EVIDENCE)[number];

const STRENGTH: Readonly<Record<IdentityEvidence, number>> = {
  none: 0,
  'known-address': 1,
  'call-back': 2,
  'account-login': 3,
  'document-seen': 3,
};

/** What a mistake would cost the person: their voice in strange hands, or gone; a copy not used any more does no harm. */
const NEEDED: Readonly<Record<RequestKind, number>> = {
  access: 3,
  portability: 3,
  erasure: 3,
  rectification: 2,
  restriction: 1,
  objection: 0,
  'opt-out': 0,
};

/** Which evidence is enough for what is asked. */
export function identityEvidenceFor(kind: RequestKind): readonly IdentityEvidence[] {
  return IDENTITY_EVIDENCE.filter((each) => STRENGTH[each] >= NEEDED[kind]);
}

/** What is done with one recording for a request. */
export const ITEM_DECISIONS = [
  'give',
  'give-side',
  'withhold',
  'erase',
  'erase-side',
  'restrict',
  'keep',
] as const;
export type ItemDecision = (typeof ITEM_DECISIONS)[number];

const ALLOWED: Readonly<Record<RequestKind, readonly ItemDecision[]>> = {
  access: ['give', 'give-side', 'withhold'],
  portability: ['give', 'give-side', 'withhold'],
  erasure: ['erase', 'erase-side', 'keep'],
  restriction: ['restrict', 'keep'],
  objection: ['restrict', 'erase', 'erase-side', 'keep'],
  rectification: ['keep'],
  'opt-out': ['restrict', 'keep'],
};

/** Whether a decision answers what was asked. */
export function isDecisionFor(kind: RequestKind, decision: ItemDecision): boolean {
  return ALLOWED[kind].includes(decision);
}

/** What of a recording decides what is proposed for it, and what needs a ground. */
export interface FoundSides {
  /** Somebody else spoke in it as well. */
  readonly others: boolean;
  /** The person has lines of their own, so that one side can be given without the other. */
  readonly divisible: boolean;
}

/** What is proposed for a recording, and on what ground where that refuses something. */
export interface Proposal {
  readonly decision: ItemDecision;
  readonly ground: string | null;
}

/**
 * What is proposed for a recording until somebody decides otherwise. A call has two data subjects: where others spoke, only
 * the side of the person goes, or is given (GDPR art. 15(4)); on a line that both share, nothing is given by itself.
 */
export function proposedDecision(kind: RequestKind, { others, divisible }: FoundSides): Proposal {
  const proposed = (decision: ItemDecision, ground: string | null = null): Proposal => ({ decision, ground });
  if (kind === 'erasure') return proposed(others ? 'erase-side' : 'erase');
  if ((kind === 'access' || kind === 'portability') && others)
    return divisible ? proposed('give-side') : proposed('withhold', 'GDPR 15(4): both sides are on one line');
  return proposed(ALLOWED[kind][0] ?? 'keep');
}

/** Whether a decision refuses something, so that it needs a ground, and a second person. */
export function refusesItem(decision: ItemDecision): boolean {
  return decision === 'withhold' || decision === 'keep';
}

/** Whether a decision needs a ground: what is refused, and the voice of others that is given away. */
export function needsGround(decision: ItemDecision, others: boolean): boolean {
  return refusesItem(decision) || (decision === 'give' && others);
}

/** Where the person is looked for, and where nothing can be looked for; both are said in the answer. */
export const SEARCHED = ['database', 'objects', 'search', 'connections', 'exports', 'ledger'] as const;
export const NOT_SEARCHED = [
  'free text that people wrote (reasons, notes)',
  'backups of the database, until they expire',
  'bundles that were handed out',
] as const;
