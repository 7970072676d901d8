/**
 * Decisions on many recordings, thought out once for all that are alike.
 *
 * The policy looks at instants in one way only: which of two comes first, or whether they are the same. So two recordings of
 * the same classes and places, about which nothing else is known, and whose instants stand in the same order, are decided
 * alike: what is said of the one is said of the other, each instant replaced by the one in the same place.
 * `decide-alike.test.ts` holds that against deciding each by itself.
 */
import { addPeriod, parseInstant } from '../policy/calendar.ts';
import type { RetentionItem } from '../policy/retention-item.ts';
import type { RetentionAction, RetentionVerdict } from '../policy/retention.ts';
import { periodsOf, type NamedPeriod } from '../policy/retention-rules.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import { storedDecision, WAITS_MS } from './apply-retention.ts';
import { decideItem, type DecidedRetention } from './decide-recording.ts';
import { namesInstant, type ReasonTemplate } from './reason-templates.ts';
import type { StoredRetention } from './recording-retention.ts';

/** What is the same for all that are decided alike. */
interface Verdict {
  readonly verdict: RetentionVerdict;
  /** See `DecidedRetention.mayDispose`. */
  readonly mayDispose: boolean;
  readonly actions: readonly RetentionAction[];
  /** Ids of all rules that took part. */
  readonly rules: readonly string[];
}

/** A decision on one of many, as it is stored. */
export interface AlikeDecision extends Verdict, StoredRetention {
  /** The decision in full, made anew. */
  whole(): DecidedRetention;
}

/** Of a group: the decision, and where its instants stand among those of each member. */
interface Alike extends Verdict {
  readonly reason: ReasonTemplate;
  readonly retainUntil: number | null;
  readonly decideAt: number | null;
  readonly keptFor: number | null;
  readonly dates: readonly number[];
}

/** Items of the same classes and places. */
interface Group {
  readonly periods: readonly NamedPeriod[];
  readonly byOrder: Map<string, Alike | 'each by itself'>;
}

/**
 * Decides items at one instant under one set of rules; as `decideItem` and `nextLook` would, at a fraction of the work. Pure.
 * @throws HoldfastError `invalid_input` as `decideRetention`
 */
export function decideAlike(at: Date, rules: Rulebook): (item: RetentionItem) => AlikeDecision {
  const groups = new Map<string, Group>();
  const now = at.getTime();
  return (item) => {
    if (!isPlain(item)) return decideAlone(item, at, rules);
    const group = groupOf(groups, item, rules);
    const instants = instantsOf(item, group.periods, now);
    const order = orderOf(instants);
    let alike = group.byOrder.get(order);
    if (alike === undefined) {
      alike = alikeOf(item, instants, at, rules);
      group.byOrder.set(order, alike);
    }
    return alike === 'each by itself'
      ? decideAlone(item, at, rules)
      : memberOf(alike, instants, () => decideItem(item, at, rules));
  };
}

/** Nothing is known of it but what it is and when it ended: then all that is looked at is in `instantsOf`. */
function isPlain({ holds, requests, triggers }: RetentionItem): boolean {
  if (holds.length > 0 || requests.length > 0) return false;
  for (const name in triggers) if (name !== 'captureEnd') return false;
  return triggers.captureEnd !== undefined;
}

function groupOf(groups: Map<string, Group>, item: RetentionItem, { pack }: Rulebook): Group {
  const key = JSON.stringify([item.kind, item.classes, item.jurisdictions]); // a class may have any sign in its name
  const known = groups.get(key);
  if (known !== undefined) return known;
  const periods = periodsOf(item, pack).filter(({ trigger }) => trigger === 'captureEnd');
  const made = { periods, byOrder: new Map<string, Alike | 'each by itself'>() };
  groups.set(key, made);
  return made;
}

/** All that a decision compares: NaN where there is none. */
function instantsOf(item: RetentionItem, periods: readonly NamedPeriod[], now: number): number[] {
  const end = parseInstant(item.triggers.captureEnd ?? item.capturedAt, 'captureEnd');
  const instants = [
    now,
    ...WAITS_MS.map((wait) => now + wait),
    orNone(item.lockedUntil),
    orNone(item.keptFor),
  ];
  for (const { period, zone } of periods) instants.push(addPeriod(end, period, zone));
  return instants;
}

function orNone(instant: string | null | undefined): number {
  return instant === null || instant === undefined ? Number.NaN : parseInstant(instant);
}

/** How many come before each: the same for lists whose members stand in one order, the same ones equal or missing. */
function orderOf(instants: readonly number[]): string {
  let order = '';
  for (const one of instants) {
    let before = 0;
    for (const other of instants) if (other < one) before += 1;
    order += Number.isNaN(one) ? '-,' : `${before},`;
  }
  return order;
}

/** Decides the first of a group, and finds where each instant that is said of it stands. */
function alikeOf(
  item: RetentionItem,
  instants: readonly number[],
  at: Date,
  rules: Rulebook,
): Alike | 'each by itself' {
  const decided = decideItem(item, at, rules);
  const stored = storedDecision(decided, at);
  const placeOf = (instant: number | null): number | null =>
    instant === null ? null : instants.indexOf(instant);
  const places = {
    retainUntil: placeOf(stored.retainUntil),
    decideAt: placeOf(stored.decideAt),
    keptFor: placeOf(stored.keptFor),
    dates: stored.dates.map((date) => instants.indexOf(date)),
  };
  const unknown = [places.retainUntil, places.decideAt, places.keptFor, ...places.dates].includes(-1);
  // An instant in the name of a rule is the rule's, and not the recording's.
  const worded = decided.decision.rules.some(({ id, source }) => namesInstant(id) || namesInstant(source));
  if (unknown || worded) return 'each by itself';
  return { ...verdictOf(decided), reason: stored.reason, ...places };
}

function memberOf(alike: Alike, instants: readonly number[], whole: () => DecidedRetention): AlikeDecision {
  const { verdict, mayDispose, actions, rules, reason, dates } = alike;
  return {
    verdict,
    mayDispose,
    actions,
    rules,
    reason,
    retainUntil: at(alike.retainUntil),
    decideAt: at(alike.decideAt),
    keptFor: at(alike.keptFor),
    dates: dates.map((place) => instants[place] ?? Number.NaN),
    whole,
  };
  function at(place: number | null): number | null {
    return place === null ? null : (instants[place] ?? Number.NaN);
  }
}

function decideAlone(item: RetentionItem, at: Date, rules: Rulebook): AlikeDecision {
  const decided = decideItem(item, at, rules);
  return { ...verdictOf(decided), ...storedDecision(decided, at), whole: () => decided };
}

function verdictOf({ decision, mayDispose }: DecidedRetention): Verdict {
  return {
    verdict: decision.decision,
    mayDispose,
    actions: decision.actions,
    rules: decision.rules.map(({ id }) => id),
  };
}
