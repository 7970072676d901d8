/**
 * The order of strictness in which consent demands are joined.
 *
 * A demand is a point in a product of three chains:
 *
 *   notice   none < tone < announce < assent      what the parties must be told or asked
 *   capture  both < own-side < none < refuse-call what may be captured at all
 *   paused   false < true                         nothing captured for the moment
 *
 * Joining takes the greater of each, so it is commutative, associative and idempotent, and
 * one more demand can only make the whole stricter. An announcement counts as more than a
 * tone because every known tone rule accepts notice instead; assent is asked after the
 * announcement and includes it. The chains are apart because they bind apart: a call
 * recorded on one side only may still need its announcement.
 *
 * The outcome, one word for people and for the recorder, is a monotone image of the point:
 *
 *   RECORD < TONE < ANNOUNCE < ASSENT < OWN_SIDE_ONLY < PAUSE < DO_NOT_RECORD < REFUSE_CALL
 */
import type { ConsentValue } from './rule-pack.ts';

const NOTICE = ['none', 'tone', 'announce', 'assent'] as const;
const CAPTURE = ['both', 'own-side', 'none', 'refuse-call'] as const;

/** The outcomes, least strict first. ASSENT means: announce, then record after assent. */
export const OUTCOMES = [
  'RECORD',
  'TONE',
  'ANNOUNCE',
  'ASSENT',
  'OWN_SIDE_ONLY',
  'PAUSE',
  'DO_NOT_RECORD',
  'REFUSE_CALL',
] as const;

/** What the recorder has to do. */
export type ConsentOutcome = (typeof OUTCOMES)[number];

/** One point of the product; see the head of this file. */
export interface Demand {
  readonly notice: (typeof NOTICE)[number];
  readonly capture: (typeof CAPTURE)[number];
  readonly paused: boolean;
}

/** The least element: one party knows, nothing more is asked. */
export const NO_DEMAND: Demand = { notice: 'none', capture: 'both', paused: false };

/** What each value of a consent row demands. "All-party" is met by asking, never by silence. */
export const DEMANDS = {
  'one-party': NO_DEMAND,
  'notice-or-tone': { ...NO_DEMAND, notice: 'tone' },
  announce: { ...NO_DEMAND, notice: 'announce' },
  'knowledge-of-all': { ...NO_DEMAND, notice: 'announce' },
  'all-party': { ...NO_DEMAND, notice: 'assent' },
  'own-side-only': { ...NO_DEMAND, capture: 'own-side' },
  pause: { ...NO_DEMAND, paused: true },
  prohibited: { ...NO_DEMAND, capture: 'none' },
} as const satisfies Record<ConsentValue, Demand>;

/** The least demand that satisfies both. */
export function join(a: Demand, b: Demand): Demand {
  return {
    notice: greater(NOTICE, a.notice, b.notice),
    capture: greater(CAPTURE, a.capture, b.capture),
    paused: a.paused || b.paused,
  };
}

/** True when whoever satisfies `a` satisfies `b`. */
export function atLeast(a: Demand, b: Demand): boolean {
  const both = join(a, b);
  return both.notice === a.notice && both.capture === a.capture && both.paused === a.paused;
}

/** A call that must be recorded whole and may not be, may not take place; a pause does not end it. */
export function whenMandated(demand: Demand): Demand {
  return demand.capture === 'both' ? demand : { ...demand, capture: 'refuse-call' };
}

/** The word for a demand. */
export function outcomeOf(demand: Demand): ConsentOutcome {
  if (demand.capture === 'refuse-call') return 'REFUSE_CALL';
  if (demand.capture === 'none') return 'DO_NOT_RECORD';
  if (demand.paused) return 'PAUSE';
  if (demand.capture === 'own-side') return 'OWN_SIDE_ONLY';
  const words = { none: 'RECORD', tone: 'TONE', announce: 'ANNOUNCE', assent: 'ASSENT' } as const;
  return words[demand.notice];
}

function greater<T>(chain: readonly T[], a: T, b: T): T {
  return chain.indexOf(a) >= chain.indexOf(b) ? a : b;
}
