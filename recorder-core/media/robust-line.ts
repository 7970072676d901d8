/** Estimates that a few wrong points cannot move. Points are [x, y] pairs rising in x. */
import type { PlanPoint } from './clock-plan.ts';

/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** Slope by the median over pairs half the points apart (after Theil and Sen); 0 for fewer than 4 points. */
export function robustSlope(points: readonly PlanPoint[]): number {
  const half = points.length >> 1;
  if (points.length < 4) return 0;
  const slopes = points.slice(0, points.length - half).flatMap(([x, y], i) => {
    const other = points[i + half];
    return other === undefined || other[0] <= x ? [] : [(other[1] - y) / (other[0] - x)];
  });
  return slopes.length === 0 ? 0 : median(slopes);
}

/** Each point put onto the least-squares line through its `reach` neighbours to either side. */
export function smooth(points: readonly PlanPoint[], reach: number): PlanPoint[] {
  return points.map(([x], i) => {
    const near = points.slice(Math.max(0, i - reach), i + reach + 1);
    const meanX = near.reduce((sum, point) => sum + point[0], 0) / near.length;
    const meanY = near.reduce((sum, point) => sum + point[1], 0) / near.length;
    const spread = near.reduce((sum, point) => sum + (point[0] - meanX) ** 2, 0);
    const joint = near.reduce((sum, point) => sum + (point[0] - meanX) * (point[1] - meanY), 0);
    return [x, meanY + (spread === 0 ? 0 : (joint / spread) * (x - meanX))];
  });
}

/**
 * The lower edge of points that are a slowly drifting value plus delays which are never negative: trend removed, least
 * of `reach` neighbours to either side, trend put back.
 */
export function lowerEdge(points: readonly PlanPoint[], reach: number): PlanPoint[] {
  const slope = robustSlope(points);
  const level = points.map(([x, y]) => y - slope * x);
  return points.map(([x], i) => [
    x,
    slope * x + Math.min(...level.slice(Math.max(0, i - reach), i + reach + 1)),
  ]);
}

/** No line of a thinned curve spans more points, so that thinning stays linear. */
const LONGEST_LINE = 64;

/** Leaves out points that the line between their neighbours gives within `tolerance`. Keeps first and last. */
export function thin(points: readonly PlanPoint[], tolerance: number): PlanPoint[] {
  const kept: PlanPoint[] = [];
  let from = 0;
  while (from < points.length) {
    const start = points[from];
    if (start === undefined) break;
    kept.push(start);
    let next = from + 1;
    const farthest = Math.min(points.length, from + LONGEST_LINE) - 1;
    while (next < farthest && liesOn(points, from, next + 1, tolerance)) next++;
    from = next;
  }
  return kept;
}

function liesOn(points: readonly PlanPoint[], from: number, to: number, tolerance: number): boolean {
  const [a, b] = [points[from], points[to]];
  if (a === undefined || b === undefined) return false;
  const slope = (b[1] - a[1]) / (b[0] - a[0]);
  return points.slice(from + 1, to).every(([x, y]) => Math.abs(a[1] + slope * (x - a[0]) - y) <= tolerance);
}
