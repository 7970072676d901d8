/**
 * The retention decision: may this item be disposed of now, and why not.
 *
 * The total order, highest first:
 *   1. hold or freeze, also for a grace period after its release  -> RETAIN
 *   2. open access request, dispute or export                     -> DEFER
 *   3. before the latest floor (a storage lock is one)            -> RETAIN; RESTRICT when an
 *      erasure was validly asked or sensitive data must go (redact the span); CONFLICT when
 *      a ceiling has already passed
 *   4. erasure approved, or the earliest delete date has come     -> DISPOSE
 *   5. a ceiling lies before a floor                              -> CONFLICT: a person decides,
 *      never a schedule
 *   6. the earliest ceiling has come, or where no rule deletes, the default -> DISPOSE
 *
 * Pure and independent of the order of rules, holds and requests. Unverified rules keep and
 * never delete. A floor ends at its instant: from then on (>=) it no longer keeps.
 * Uses Intl time zones (calendar.ts): call it from activities and the hub, not from workflows.
 */
import { formatInstant, parseInstant } from './calendar.ts';
import { groundsOf, lockOf, protectedUntil } from './retention-grounds.ts';
import type { RetentionGround } from './retention-grounds.ts';
import { isOpenRequest } from './retention-item.ts';
import type { RetentionItem } from './retention-item.ts';
import { explainRetention } from './retention-reasons.ts';
import { dateRules } from './retention-rules.ts';
import type { DatedRule } from './retention-rules.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

/** DISPOSE is the only answer on which anything may be destroyed. */
export type RetentionVerdict = 'RETAIN' | 'RESTRICT' | 'DEFER' | 'DISPOSE' | 'CONFLICT';

/** What has to be done besides the verdict. */
export type RetentionAction =
  'restrict-playback' | 'erase-derived' | 'redact-span' | 'open-ticket' | 'review-before-disposal';

/** The decision with its grounds. */
export interface RetentionDecision {
  readonly decision: RetentionVerdict;
  readonly actions: readonly RetentionAction[];
  /** Everything that took part, sorted by id. */
  readonly rules: readonly RetentionGround[];
  /**
   * The next instant at which, all facts unchanged, the answer becomes DISPOSE (or, on DISPOSE, since
   * when it is); null when only a further event (release, answer, contract end, a person) can bring it.
   */
  readonly retainUntil: string | null;
  readonly reasons: readonly string[];
  readonly packDigest: string;
}

/** All that the order looks at, in ms since 1970; absent dates are infinite. */
interface Position {
  readonly at: number;
  readonly heldUntil: number;
  readonly openRequests: boolean;
  readonly floor: number;
  readonly deletion: number;
  readonly ceiling: number;
  readonly fallback: number;
  readonly mandatoryDue: boolean;
  readonly erasureAsked: boolean;
  readonly erasureApproved: boolean;
  readonly restricted: boolean;
}

/**
 * Decides for one item at one instant.
 * @throws HoldfastError `invalid_input` for a malformed instant, zone or period: nothing was decided.
 */
export function decideRetention(item: RetentionItem, at: string, pack: VerifiedRulePack): RetentionDecision {
  const rules = dateRules(item, pack);
  const position = positionOf(item, parseInstant(at, 'at'), rules, pack);
  const decision = verdictOf(position);
  const grounds = groundsOf(item, rules, pack);
  const disposal = disposalOf(position);
  return {
    decision,
    actions: actionsOf(decision, position, rules),
    rules: grounds,
    retainUntil: Number.isFinite(disposal) ? formatInstant(disposal) : null,
    reasons: explainRetention(decision, grounds, formatInstant(position.at)),
    packDigest: pack.digest,
  };
}

function positionOf(
  item: RetentionItem,
  at: number,
  rules: readonly DatedRule[],
  pack: VerifiedRulePack,
): Position {
  const binding = rules.filter((rule) => rule.binding);
  const dates = (kind: DatedRule['kind']): number[] =>
    binding.filter((rule) => rule.kind === kind).map((rule) => rule.at);
  const erasures = item.requests
    .filter((request) => request.kind === 'erasure')
    .map((request) => request.state);
  const grace = item.holds.map((hold) => protectedUntil(hold, pack));
  return {
    at,
    heldUntil: Math.max(...grace, ...dates('hold')),
    openRequests: item.requests.some(isOpenRequest),
    floor: Math.max(...dates('floor'), ...lockOf(item)),
    deletion: Math.min(...dates('deleteAt')),
    ceiling: Math.min(...dates('ceiling')),
    fallback: Math.min(...dates('default')),
    mandatoryDue: binding.some((rule) => rule.kind === 'deleteAt' && rule.mandatory && rule.at <= at),
    erasureAsked: erasures.some((state) => state === 'verified' || state === 'approved'),
    erasureApproved: erasures.includes('approved'),
    restricted: binding.some((rule) => rule.kind === 'restrict'),
  };
}

function verdictOf(position: Position): RetentionVerdict {
  const { at, floor, ceiling } = position;
  if (at < position.heldUntil) return 'RETAIN';
  if (position.openRequests) return 'DEFER';
  const conflicting = floor > ceiling && at >= ceiling;
  if (at < floor) {
    if (position.erasureAsked || position.mandatoryDue) return 'RESTRICT';
    if (conflicting) return 'CONFLICT';
    return position.restricted ? 'RESTRICT' : 'RETAIN';
  }
  if (position.erasureApproved || at >= position.deletion) return 'DISPOSE';
  if (conflicting) return 'CONFLICT';
  if (at >= Math.min(ceiling, position.fallback)) return 'DISPOSE';
  return position.restricted ? 'RESTRICT' : 'RETAIN';
}

/** From when on the same facts give DISPOSE; Infinity when time alone never brings it. */
function disposalOf(position: Position): number {
  if (position.openRequests) return Number.POSITIVE_INFINITY;
  const ceiling = position.floor > position.ceiling ? Number.POSITIVE_INFINITY : position.ceiling;
  const due = Math.min(position.deletion, ceiling, position.fallback);
  const wanted = position.erasureApproved ? Math.min(due, position.at) : due;
  return Math.max(position.heldUntil, position.floor, wanted);
}

function actionsOf(
  decision: RetentionVerdict,
  position: Position,
  rules: readonly DatedRule[],
): RetentionAction[] {
  const kept = decision !== 'DISPOSE';
  const overdue = position.floor > position.ceiling && position.at >= position.ceiling;
  const wanted: [RetentionAction, boolean][] = [
    [
      'restrict-playback',
      kept && (position.erasureAsked || position.restricted || overdue || decision === 'RESTRICT'),
    ],
    ['erase-derived', decision === 'RESTRICT' && position.erasureAsked],
    ['redact-span', kept && position.mandatoryDue],
    ['open-ticket', kept && overdue],
    ['review-before-disposal', !kept && rules.some((rule) => rule.review)],
  ];
  return wanted.filter(([, needed]) => needed).map(([action]) => action);
}
