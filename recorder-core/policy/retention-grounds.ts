/** The grounds of a retention decision as they are shown and stored: rules, holds, locks, requests. */
import { addPeriod, formatInstant, parseInstant } from './calendar.ts';
import { isPending } from './retention-item.ts';
import type { ItemHold, ItemRequest, RetentionItem } from './retention-item.ts';
import type { DatedRule } from './retention-rules.ts';
import type { RetentionRule, VerifiedRulePack } from './rule-pack.ts';

/** A rule, hold, lock or request that took part. */
export interface RetentionGround {
  readonly id: string;
  readonly kind: RetentionRule['kind'] | 'grace' | 'lock' | 'request';
  /** Id of the hold or request meant, where there is one. */
  readonly subject: string | null;
  /** The computed instant; null when none is known yet. */
  readonly at: string | null;
  readonly origin: 'pack' | 'tenant' | 'item';
  readonly status: 'verified' | 'unverified';
  readonly source: string;
  /** False: shown, but not acted on, because it is unverified and would delete. */
  readonly binding: boolean;
}

/** Everything that took part, sorted by id, so that the order of the facts never shows. */
export function groundsOf(
  item: RetentionItem,
  rules: readonly DatedRule[],
  pack: VerifiedRulePack,
): RetentionGround[] {
  const grounds = [
    ...rules.map(ofRule),
    ...item.holds.map((hold) => ofHold(hold, pack)),
    ...item.requests.filter(isPending).map(ofRequest),
    ...ofLock(item),
  ];
  return grounds.sort((a, b) => order(a.id, b.id) || order(keyOf(a), keyOf(b)));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Until when a hold keeps: for ever while it stands, then for the pack's grace, so that no release deletes at once. */
export function protectedUntil(hold: ItemHold, pack: VerifiedRulePack): number {
  if (hold.releasedAt === null || hold.releasedAt === undefined) return Number.POSITIVE_INFINITY;
  const { period, zone } = pack.defaults.holdReleaseGrace;
  return addPeriod(parseInstant(hold.releasedAt, 'holds/releasedAt'), period, zone);
}

/** The instant of the storage lock, in ms, as a list of none or one. */
export function lockOf(item: RetentionItem): readonly number[] {
  const until = item.lockedUntil ?? undefined;
  return until === undefined ? [] : [parseInstant(until, 'lockedUntil')];
}

const OWN = { origin: 'item', status: 'verified', binding: true } as const;

function ofRule(rule: DatedRule): RetentionGround {
  const { id, kind, origin, status, source, binding } = rule;
  const at = Number.isFinite(rule.at) ? formatInstant(rule.at) : null;
  return { id, kind, subject: null, at, origin, status, source, binding };
}

function ofHold(hold: ItemHold, pack: VerifiedRulePack): RetentionGround {
  const until = protectedUntil(hold, pack);
  const source = `${hold.kind} hold`;
  if (!Number.isFinite(until)) {
    return { ...OWN, id: 'precedence/hold', kind: 'hold', subject: hold.id, at: null, source };
  }
  const grace = pack.defaults.holdReleaseGrace;
  const { id, status } = grace;
  return {
    ...OWN,
    id,
    kind: 'grace',
    subject: hold.id,
    at: formatInstant(until),
    source: grace.source,
    status,
  };
}

function ofRequest(request: ItemRequest): RetentionGround {
  const id = `precedence/${request.kind}-request`;
  const source = `${request.kind} request, ${request.state}`;
  return { ...OWN, id, kind: 'request', subject: request.id ?? null, at: null, source };
}

function ofLock(item: RetentionItem): RetentionGround[] {
  const source = 'lock on the stored object';
  return lockOf(item).map((until) => {
    const at = formatInstant(until);
    return { ...OWN, id: 'precedence/storage-lock', kind: 'lock', subject: null, at, source };
  });
}

function keyOf(ground: RetentionGround): string {
  return [ground.id, ground.subject ?? '', ground.kind, ground.at ?? '', ground.source, ground.origin].join(
    '\n',
  );
}
