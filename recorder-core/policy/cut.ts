/** Spans of time that are cut out of a recording: on which grounds, and how such a cut lives. Pure. */
import { decideParts } from './part-disposal.ts';
import type { RetentionItem } from './retention-item.ts';
import type { RetentionDecision } from './retention.ts';

/** Why a span is cut out. */
export const CUT_GROUNDS = [
  /** Sensitive authentication data of a payment card (PCI DSS 3.3.1): it goes also where a floor keeps the rest. */
  'card-data',
  /** What the purpose of the recording does not cover (GDPR 5(1)(c)): it goes where no floor keeps it. */
  'beyond-purpose',
] as const;
export type CutGround = (typeof CUT_GROUNDS)[number];

/**
 * Where a cut stands. `waiting`: a hold, an open request or a floor keeps the span. `derived`: parts without the span stand,
 * and those that have it are being destroyed. Ends are `cut`; `nothing`, where no packet of the span was stored; `refused`
 * or unanswered by the second person; `void`, where the whole recording went first.
 */
export const CUT_STATES = [
  'asked',
  'approved',
  'waiting',
  'derived',
  'cut',
  'nothing',
  'refused',
  'void',
] as const;
export type CutState = (typeof CUT_STATES)[number];

/** Begins the ground that locks a recording away whose cut was lost with a restore; a cut that makes up for it lifts that. */
export const RESTORED_CUT = 'restored-cut';

const ENDS: readonly CutState[] = ['cut', 'nothing', 'refused', 'void'];

/** Whether nothing follows any more. */
export function isCutOver(state: CutState): boolean {
  return ENDS.includes(state);
}

/** A place in a recording for people: "1:15.500". Pure. */
export function placeInRecording(ms: number): string {
  const seconds = String(Math.floor(ms / 1000) % 60).padStart(2, '0');
  return `${Math.floor(ms / 60_000)}:${seconds}.${String(ms % 1000).padStart(3, '0')}`;
}

/** The class that rule packs know such data by. */
const CARD_CLASS = 'card-authentication-data';

/**
 * The facts of a recording as they are for the span alone. Of card data the payment has been authorised: whoever cuts it out says
 * that it is there, and the pack says what follows from that. Holds, requests and floors are those of the recording.
 */
export function factsOfSpan(item: RetentionItem, ground: CutGround, at: string): RetentionItem {
  if (ground !== 'card-data') return item;
  return {
    ...item,
    classes: [...new Set([...item.classes, CARD_CLASS])],
    triggers: { ...item.triggers, paymentAuthorised: at },
  };
}

/** Whether a decision on those facts, made as if an erasure were approved, lets the span go. */
export function maySpanGo(decision: Pick<RetentionDecision, 'decision' | 'actions'>): boolean {
  return decideParts(decision, [{ id: 'span', kind: 'media' }], 'redaction').destroy.length > 0;
}
