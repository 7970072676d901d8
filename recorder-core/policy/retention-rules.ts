/** Which retention rules apply to an item, and the instant each one names. */
import { addPeriod, parseInstant } from './calendar.ts';
import { isWithin } from './jurisdictions.ts';
import type { RetentionItem, TenantRetentionRule } from './retention-item.ts';
import type { RetentionRule, VerifiedRulePack } from './rule-pack.ts';

/** What dating needs of a rule, wherever it is from. */
type Rule = Pick<
  RetentionRule,
  'id' | 'kind' | 'scope' | 'trigger' | 'period' | 'zone' | 'status' | 'source'
> &
  Partial<Pick<RetentionRule, 'mandatory' | 'review'>>;

/** An applicable rule with its date. */
export interface DatedRule {
  readonly id: string;
  readonly kind: RetentionRule['kind'];
  readonly mandatory: boolean;
  readonly review: boolean;
  /** Milliseconds since 1970; Infinity while the event its period runs from has not happened. */
  readonly at: number;
  readonly origin: 'pack' | 'tenant';
  readonly status: 'verified' | 'unverified';
  readonly source: string;
  /** False for an unverified rule that would delete: it is shown, never acted on. */
  readonly binding: boolean;
}

/**
 * All applicable rules of pack and tenant with their dates, sorted by id. `default` rules are among
 * them only when nothing else says when to delete, so that every item has a delete date.
 * @throws HoldfastError `invalid_input` for a malformed instant, zone or period.
 */
export function dateRules(item: RetentionItem, pack: VerifiedRulePack): DatedRule[] {
  const instants = instantsOf(item);
  const { applicable, own } = scopedRules(item, pack);
  const lawful = applicable.map((rule) => dateRule(rule, 'pack', instants));
  const ours = own.map((rule) => cut(dateRule(rule, 'tenant', instants), lawful));
  const dated = yieldToFloors([...lawful, ...ours], item);
  const kept = dated.some(endsOrdinaryLife)
    ? dated.filter((rule) => rule.kind !== 'default')
    : withDefault(dated, pack, instants);
  return kept.sort((a, b) => order(a.id, b.id) || order(sortKey(a), sortKey(b)));
}

interface ScopedRules {
  readonly applicable: readonly RetentionRule[];
  readonly own: readonly Rule[];
}

/** How long after which event, in whose calendar. */
export type NamedPeriod = Pick<RetentionRule, 'trigger' | 'period' | 'zone'>;

/**
 * The periods of all rules that may take part in the decision of an item, each once: besides them no date of the rules is
 * looked at. Pure.
 */
export function periodsOf(item: RetentionItem, pack: VerifiedRulePack): readonly NamedPeriod[] {
  const { applicable, own } = scopedRules(item, pack);
  const fallback = pack.retention.filter((rule) => rule.id === pack.defaults.retention);
  const named = [...applicable, ...own, ...fallback].map(
    ({ trigger, period, zone }): [string, NamedPeriod] => [
      `${trigger} ${period} ${zone}`,
      { trigger, period, zone },
    ],
  );
  return [...new Map(named).values()];
}

/** What a sweep over millions asks again and again; beyond so many kinds of items it is forgotten. */
const MOST_KINDS = 1_000;
const scopes = new WeakMap<VerifiedRulePack, WeakMap<object, Map<string, ScopedRules>>>();
const NO_RULES: readonly TenantRetentionRule[] = [];

/** The rules in whose scope an item is: by what it is alone, so that items of a kind share the answer. */
function scopedRules(item: RetentionItem, pack: VerifiedRulePack): ScopedRules {
  const tenantRules = item.tenantRules ?? NO_RULES;
  const byRules = entryOf(scopes, pack, () => new WeakMap<object, Map<string, ScopedRules>>());
  const known = entryOf(byRules, tenantRules, () => new Map<string, ScopedRules>());
  const kind = JSON.stringify([item.kind, item.classes, item.jurisdictions]);
  const found = known.get(kind);
  if (found !== undefined) return found;
  const scoped = {
    applicable: pack.retention.filter(
      (rule) => rule.id !== pack.defaults.retention && isInScope(rule, item, pack),
    ),
    own: tenantRules.map(ofTenant).filter((rule) => isInScope(rule, item, pack)),
  };
  if (known.size >= MOST_KINDS) known.clear();
  known.set(kind, scoped);
  return scoped;
}

function entryOf<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True when a rule can cause a deletion; the rest only keep or restrict. */
export function isDeleting(kind: RetentionRule['kind']): boolean {
  return kind === 'deleteAt' || kind === 'ceiling' || kind === 'default';
}

/** A mandatory deletion is about sensitive data, so it leaves the ordinary delete date to the default. */
function endsOrdinaryLife(rule: DatedRule): boolean {
  return rule.binding && !rule.mandatory && (rule.kind === 'deleteAt' || rule.kind === 'ceiling');
}

function withDefault(
  dated: DatedRule[],
  pack: VerifiedRulePack,
  instants: ReadonlyMap<string, number>,
): DatedRule[] {
  if (dated.some((rule) => rule.kind === 'default' && rule.binding)) return dated;
  const fallback = pack.retention.find((rule) => rule.id === pack.defaults.retention);
  return fallback === undefined ? dated : [...dated, dateRule(fallback, 'pack', instants)];
}

/**
 * A tenant's own floor keeps no longer than the pack allows: it ends where a ceiling or a delete date of the pack begins.
 * Only the law's floors can stand against those.
 */
function cut(own: DatedRule, lawful: readonly DatedRule[]): DatedRule {
  if (own.kind !== 'floor') return own;
  const ends = lawful
    .filter(({ kind, binding }) => binding && (kind === 'ceiling' || kind === 'deleteAt'))
    .map(({ at }) => at);
  const at = Math.min(own.at, ...ends);
  return at === own.at ? own : { ...own, at, source: `${own.source}, cut by the rule pack` };
}

/**
 * A tenant's own ceiling begins where the last floor and the last promised date end. Before that it could only make a
 * conflict, which would stand in the way of the law's own ceilings and delete dates.
 */
function yieldToFloors(dated: readonly DatedRule[], { lockedUntil }: RetentionItem): DatedRule[] {
  const floors = dated.filter(({ kind }) => kind === 'floor').map(({ at }) => at);
  if (typeof lockedUntil === 'string') floors.push(parseInstant(lockedUntil, 'lockedUntil'));
  return dated.map((rule) => {
    const at = Math.max(rule.at, ...floors);
    if (rule.origin !== 'tenant' || rule.kind !== 'ceiling' || at === rule.at) return rule;
    return { ...rule, at, source: `${rule.source}, after the last floor` };
  });
}

function dateRule(rule: Rule, origin: DatedRule['origin'], instants: ReadonlyMap<string, number>): DatedRule {
  const start = instants.get(rule.trigger);
  return {
    id: rule.id,
    kind: rule.kind,
    mandatory: rule.kind === 'deleteAt' && rule.mandatory === true,
    review: rule.review === true,
    at: start === undefined ? Number.POSITIVE_INFINITY : addPeriod(start, rule.period, rule.zone),
    origin,
    status: rule.status,
    source: rule.source,
    binding: rule.status === 'verified' || !isDeleting(rule.kind),
  };
}

/**
 * Every stated dimension of the scope has to match. An item whose places are unknown is kept by
 * the floors of any place but deleted by the rules of none.
 */
function isInScope(rule: Rule, item: RetentionItem, pack: VerifiedRulePack): boolean {
  const { classes, kinds, jurisdictions } = rule.scope;
  if (classes !== undefined && !classes.some((name) => item.classes.includes(name))) return false;
  if (kinds !== undefined && !kinds.includes(item.kind)) return false;
  if (jurisdictions === undefined) return true;
  const unknown = item.jurisdictions.length === 0 || item.jurisdictions.includes('unknown');
  if (unknown && !isDeleting(rule.kind)) return true;
  return item.jurisdictions.some((place) => isWithin(place, jurisdictions, pack));
}

function ofTenant(rule: TenantRetentionRule): Rule {
  return { ...rule, scope: rule.scope ?? {}, status: 'verified', source: 'tenant policy' };
}

function instantsOf(item: RetentionItem): ReadonlyMap<string, number> {
  parseInstant(item.capturedAt, 'capturedAt');
  const given = Object.entries(item.triggers).flatMap(([name, text]): [string, number][] =>
    text === undefined ? [] : [[name, parseInstant(text, `triggers/${name}`)]],
  );
  return new Map(given);
}

function sortKey(rule: DatedRule): string {
  return `${rule.id}\n${rule.origin}\n${rule.kind}\n${String(rule.at)}`;
}
