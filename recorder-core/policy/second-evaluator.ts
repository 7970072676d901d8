/**
 * The retention order written a second time, slowly and on its own: for the tests, and for the proof of a disposal on a
 * sample (records/plan-disposals.ts). Where the two disagree, nothing goes; see docs/decisions/0030-second-evaluator.md.
 *
 * It shares no code with retention.ts: dates are found by walking through wall times, the
 * verdict by a table of ranked predicates, and the disposal date by trying every instant
 * at which anything can change.
 */
import type { RetentionItem } from './retention-item.ts';
import type { RetentionRule, VerifiedRulePack } from './rule-pack.ts';

interface Dated {
  readonly kind: string;
  readonly mandatory: boolean;
  readonly at: number | 'never';
}

/** Verdict and disposal date by the slow way; compare with `decideRetention`. */
export function referenceDecision(
  item: RetentionItem,
  at: string,
  pack: VerifiedRulePack,
): { decision: string; retainUntil: string | null } {
  const now = Date.parse(at);
  const dated = applicable(item, pack);
  const approved = item.requests.some(
    (request) => request.kind === 'erasure' && request.state === 'approved',
  );
  const lock = typeof item.lockedUntil === 'string' ? [Date.parse(item.lockedUntil)] : [];
  const moments = [now, ...dated.map((rule) => rule.at), ...graceEnds(item, pack), ...lock]
    .filter((moment) => moment !== 'never')
    .sort((a, b) => a - b);
  const disposal = moments.find((t) => verdict(item, t, dated, pack, approved && t >= now) === 'DISPOSE');
  return {
    decision: verdict(item, now, dated, pack, approved),
    retainUntil: disposal === undefined ? null : new Date(disposal).toISOString(),
  };
}

function verdict(
  item: RetentionItem,
  t: number,
  dated: readonly Dated[],
  pack: VerifiedRulePack,
  approved: boolean,
): string {
  const of = (kind: string): Dated[] => dated.filter((rule) => rule.kind === kind);
  const ahead = (rule: Dated): boolean => rule.at === 'never' || rule.at > t;
  const held =
    item.holds.some((hold) => typeof hold.releasedAt !== 'string') ||
    graceEnds(item, pack).some((end) => end > t) ||
    of('hold').some(ahead);
  const asked = (kinds: string[], states: string[]): boolean =>
    item.requests.some((request) => kinds.includes(request.kind) && states.includes(request.state));
  const locked = typeof item.lockedUntil === 'string' && Date.parse(item.lockedUntil) > t;
  const floored = of('floor').some(ahead) || locked;
  const floors = [
    ...of('floor').map((rule) => rule.at),
    ...(locked || typeof item.lockedUntil === 'string' ? [Date.parse(item.lockedUntil ?? '')] : []),
  ];
  const broken = of('ceiling').some(
    (ceiling) =>
      ceiling.at !== 'never' &&
      ceiling.at <= t &&
      floors.some((f) => f === 'never' || f > Number(ceiling.at)),
  );
  const erasure = asked(['erasure'], ['verified', 'approved']);
  const span = of('deleteAt').some((rule) => rule.mandatory && !ahead(rule));
  const order: [boolean, string][] = [
    [held, 'RETAIN'],
    [asked(['access', 'dispute', 'export'], ['received', 'verified', 'approved']), 'DEFER'],
    [floored && (erasure || span), 'RESTRICT'],
    [!floored && (approved || of('deleteAt').some((rule) => !ahead(rule))), 'DISPOSE'],
    [broken, 'CONFLICT'],
    [!floored && [...of('ceiling'), ...of('default')].some((rule) => !ahead(rule)), 'DISPOSE'],
    [of('restrict').length > 0, 'RESTRICT'],
  ];
  return order.find(([applies]) => applies)?.[1] ?? 'RETAIN';
}

function applicable(item: RetentionItem, pack: VerifiedRulePack): Dated[] {
  const found: Dated[] = [];
  const defaults: Dated[] = [];
  const ownCeilings: (number | 'never')[] = [];
  let ordinary = false;
  const tenant = (item.tenantRules ?? []).map((rule) => ({ ...rule, status: 'verified', mandatory: false }));
  for (const rule of [...pack.retention, ...tenant]) {
    if (rule.id === pack.defaults.retention) continue;
    const deletes = ['deleteAt', 'ceiling', 'default'].includes(rule.kind);
    if (deletes && rule.status !== 'verified') continue;
    if (!inScope(rule.scope ?? {}, deletes, item, pack)) continue;
    const own = tenant.includes(rule as (typeof tenant)[number]);
    const end = own && rule.kind === 'floor' ? latestLawful(item, pack) : 'never';
    const date = dateOf(rule, item);
    const at = end !== 'never' && (date === 'never' || date > end) ? end : date;
    const dated = { kind: rule.kind, mandatory: rule.mandatory === true, at };
    if (rule.kind === 'default') defaults.push(dated);
    else if (own && rule.kind === 'ceiling') ownCeilings.push(at);
    else found.push(dated);
    if ((rule.kind === 'deleteAt' && rule.mandatory !== true) || rule.kind === 'ceiling') ordinary = true;
  }
  const kept = found.filter((one) => one.kind === 'floor').map((one) => one.at);
  if (typeof item.lockedUntil === 'string') kept.push(Date.parse(item.lockedUntil));
  for (const ceiling of ownCeilings) {
    const later = [ceiling, ...kept].reduce((a, b) =>
      a === 'never' || b === 'never' ? 'never' : a > b ? a : b,
    );
    found.push({ kind: 'ceiling', mandatory: false, at: later });
  }
  if (ordinary) return found;
  if (defaults.length > 0) return [...found, ...defaults];
  const last = pack.retention.filter(
    (rule) => rule.id === pack.defaults.retention && rule.status === 'verified',
  );
  return [...found, ...last.map((rule) => ({ kind: 'default', mandatory: false, at: dateOf(rule, item) }))];
}

/** Until when a tenant may keep: the first day on which the pack itself wants the item gone. */
function latestLawful(item: RetentionItem, pack: VerifiedRulePack): number | 'never' {
  let first: number | 'never' = 'never';
  for (const rule of pack.retention) {
    if (rule.kind !== 'ceiling' && rule.kind !== 'deleteAt') continue;
    if (rule.status !== 'verified' || !inScope(rule.scope, true, item, pack)) continue;
    const date = dateOf(rule, item);
    if (date !== 'never' && (first === 'never' || date < first)) first = date;
  }
  return first;
}

function inScope(
  scope: RetentionRule['scope'],
  deletes: boolean,
  item: RetentionItem,
  pack: VerifiedRulePack,
): boolean {
  const places = item.jurisdictions.flatMap((code) => [code, ...(pack.jurisdictions[code]?.groups ?? [])]);
  const nowhere = item.jurisdictions.length === 0 || item.jurisdictions.includes('unknown');
  const inClass =
    scope.classes === undefined || scope.classes.filter((c) => item.classes.includes(c)).length > 0;
  const inKind = scope.kinds === undefined || scope.kinds.includes(item.kind);
  const wanted = scope.jurisdictions;
  const inPlace =
    wanted === undefined || places.some((place) => wanted.includes(place)) || (nowhere && !deletes);
  return inClass && inKind && inPlace;
}

function graceEnds(item: RetentionItem, pack: VerifiedRulePack): number[] {
  const { period, zone } = pack.defaults.holdReleaseGrace;
  return item.holds.flatMap((hold) =>
    typeof hold.releasedAt === 'string'
      ? [referenceAddPeriod(Date.parse(hold.releasedAt), period, zone)]
      : [],
  );
}

function dateOf(
  rule: Pick<RetentionRule, 'trigger' | 'period' | 'zone'>,
  item: RetentionItem,
): number | 'never' {
  const start = item.triggers[rule.trigger];
  return start === undefined ? 'never' : referenceAddPeriod(Date.parse(start), rule.period, rule.zone);
}

/** Calendar arithmetic by walking: month by month, day by day, then a search for the wall time in the zone. */
export function referenceAddPeriod(start: number, period: string, zone: string): number {
  const amount = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(period)?.[1] ?? 0);
  const wall = new Date(wallOf(start, zone));
  const day = wall.getUTCDate();
  wall.setUTCDate(1);
  for (let months = amount('Y') * 12 + amount('M'); months > 0; months -= 1)
    wall.setUTCMonth(wall.getUTCMonth() + 1);
  const month = wall.getUTCMonth();
  while (wall.getUTCDate() < day) {
    wall.setUTCDate(wall.getUTCDate() + 1);
    if (wall.getUTCMonth() === month) continue;
    wall.setUTCDate(0);
    break;
  }
  for (let days = amount('D'); days > 0; days -= 1) wall.setUTCDate(wall.getUTCDate() + 1);
  return searchWall(wall.getTime(), zone);
}

/** First instant with this wall time; in a gap, as if the old offset had stayed. */
function searchWall(wall: number, zone: string): number {
  const step = 15 * 60_000;
  let last = wall - 16 * 3_600_000;
  for (let t = last; t <= wall + 16 * 3_600_000; t += step) {
    const local = wallOf(t, zone);
    if (local === wall) return t;
    if (local > wall) break;
    last = t;
  }
  return last + (wall - wallOf(last, zone));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallOf(t: number, zone: string): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(zone, format);
  const ms = ((t % 1000) + 1000) % 1000;
  return Date.parse(`${format.format(t).replace(' ', 'T')}Z`) + ms;
}
