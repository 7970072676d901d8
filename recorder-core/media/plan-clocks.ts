/**
 * Plans where the stretches of a call's parties stand, so that its channels align.
 *
 * A sender that states its clock says itself when it spoke; all that is unknown is how far that clock is from ours. The
 * network only ever adds to that, so the least transit over all streams of the same clock tells it, and streams that
 * travelled on different ways come together again. Without a statement each stretch has its own least transit. Either
 * way the drift of the clocks is taken out over minutes, not packet by packet.
 */
import type { ClockPlan, ClockTrouble, PlanPoint } from './clock-plan.ts';
import { interpolate } from './clock-plan.ts';
import type { ClockSurvey, SurveyedStretch } from './clock-survey.ts';
import { lowerEdge, thin } from './robust-line.ts';
import type { Statement } from './stated-clock.ts';
import { statedClock } from './stated-clock.ts';
import { TICKS_PER_MS } from './timeline-clock.ts';

/** One stretch of one party with what its sender states. */
interface Member {
  readonly survey: ClockSurvey;
  readonly stretch: SurveyedStretch;
  readonly statement: Statement;
}

const BLOCK_MS = 10_000;
/** The least transit is sought this many blocks to either side: a congestion of two minutes moves nothing. */
const REACH = 6;
/** No stream of a clock travels longer than the fastest by more; else its statement is about another clock. */
const MOST_DETOUR_MS = 400;
const PLAN_TOLERANCE_MS = 0.5;

/** One plan for each survey, in the same order. Give the surveys of one call together. Pure. */
export function planClocks(surveys: readonly ClockSurvey[]): ClockPlan[] {
  const groups = new Map<string, Member[]>();
  const members = surveys.map((survey, party) =>
    survey.stretches.map((stretch, i) => {
      const member = { survey, stretch, statement: statedClock(survey, stretch) };
      const key = member.statement.stated?.key ?? `own ${party} ${i}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [member]);
      else group.push(member);
      return member;
    }),
  );
  const placed = new Map<Member, { points: PlanPoint[]; disagrees: boolean }>();
  for (const group of groups.values()) {
    const shared = edgeOf(group.flatMap(sightsOf));
    for (const member of group) placed.set(member, place(member, shared));
  }
  return members.map((list) => {
    const plans = list.map((member) => placed.get(member) ?? { points: [], disagrees: false });
    const found = list.flatMap(({ statement }) => statement.troubles);
    const disagreed: ClockTrouble[] = plans.some(({ disagrees }) => disagrees) ? ['disagrees'] : [];
    return {
      version: 1,
      reference: bestReference(list, plans),
      troubles: [...new Set([...found, ...disagreed])],
      stretches: plans.map(({ points }) =>
        points.map(([media, offset]): [number, number] => [media, offset]),
      ),
    };
  });
}

function bestReference(
  list: readonly Member[],
  plans: readonly { readonly disagrees: boolean }[],
): ClockPlan['reference'] {
  const used = list.map(({ statement }, i) =>
    plans[i]?.disagrees === true ? undefined : statement.stated?.reference,
  );
  if (used.includes('signalled')) return 'signalled';
  return used.includes('sender-reports') ? 'sender-reports' : 'arrival';
}

/** Stated time minus media time; without a statement media time is all the time there is. */
function statedOffset({ statement }: Member, mediaMs: number): number {
  return statement.stated === undefined ? 0 : (interpolate(statement.stated.points, mediaMs) ?? 0);
}

/** Our wall clock against the stated one, at the best packet of every ten seconds. */
function sightsOf(member: Member): PlanPoint[] {
  const { startedAtMs } = member.survey;
  return member.stretch.blocks.map(({ arrivalMs, mediaMs }) => {
    const wallMs = startedAtMs + arrivalMs;
    return [wallMs, wallMs - mediaMs - statedOffset(member, mediaMs)];
  });
}

/** The distance of the two clocks over time: least transit of each ten seconds, then the lower edge of those. */
function edgeOf(sights: readonly PlanPoint[]): PlanPoint[] {
  const least = new Map<number, PlanPoint>();
  for (const sight of sights) {
    const block = Math.floor(sight[0] / BLOCK_MS);
    if (sight[1] < (least.get(block)?.[1] ?? Infinity)) least.set(block, sight);
  }
  return lowerEdge(
    [...least.values()].sort((a, b) => a[0] - b[0]),
    REACH,
  );
}

function place(member: Member, shared: readonly PlanPoint[]): { points: PlanPoint[]; disagrees: boolean } {
  const own = edgeOf(sightsOf(member));
  const disagrees = own.some(([wall, distance]) => {
    const detour = distance - (interpolate(shared, wall) ?? distance);
    return Math.abs(detour) > MOST_DETOUR_MS;
  });
  // A statement that cannot be right is left aside altogether: then the stretch stands by its arrivals.
  const believed = disagrees ? { ...member, statement: { stated: undefined, troubles: [] } } : member;
  const edge = disagrees ? edgeOf(sightsOf(believed)) : shared;
  const { startedAtMs } = member.survey;
  const points = member.stretch.blocks.map(({ arrivalMs, mediaMs }): PlanPoint => {
    const wallMs = startedAtMs + arrivalMs;
    const offsetMs = (interpolate(edge, wallMs) ?? 0) + statedOffset(believed, mediaMs) - startedAtMs;
    return [mediaMs, offsetMs];
  });
  const rising = points.filter(([media], i) => i === 0 || media > (points[i - 1]?.[0] ?? 0));
  return {
    points: thin(rising, PLAN_TOLERANCE_MS).map(([media, offset]) => [
      Math.round(media * TICKS_PER_MS),
      Math.round(offset * TICKS_PER_MS),
    ]),
    disagrees,
  };
}
