import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { interpolate, type PlanPoint } from './clock-plan.ts';
import { lowerEdge, median, robustSlope, smooth, thin } from './robust-line.ts';
import { seededRandom } from './test-signal.ts';

const line = (count: number, slope: number, noise: (i: number) => number = () => 0): PlanPoint[] =>
  Array.from({ length: count }, (_, i): PlanPoint => [i * 10, 5 + slope * i * 10 + noise(i)]);

describe('estimates', () => {
  it('of a slope do not follow a few wrong points', () => {
    expect(robustSlope(line(40, 2e-4, (i) => (i % 9 === 0 ? 5000 : 0)))).toBeCloseTo(2e-4, 9);
    expect(robustSlope(line(3, 1))).toBe(0);
  });

  it('of the lower edge ignore delays that pass', () => {
    const random = seededRandom(1);
    const edge = lowerEdge(
      line(100, 2e-4, (i) => (i > 30 && i < 40 ? 300 : random() < 0.3 ? 0 : random() * 20)),
      6,
    );
    for (const [x, y] of edge) expect(Math.abs(y - (5 + 2e-4 * x))).toBeLessThan(1);
  });

  it('smooth a line into itself', () => {
    smooth(line(30, 0.01), 6).forEach(([x, y]) => {
      expect(y).toBeCloseTo(5 + 0.01 * x, 9);
    });
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('thin a curve and stay within the tolerance of every point, with both ends', () => {
    const ys = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(ys, (values) => {
        const points = values.map((y, i): PlanPoint => [i, y]);
        const thinned = thin(points, 1);
        for (const [x, y] of points)
          expect(Math.abs(interpolate(thinned, x)! - y)).toBeLessThanOrEqual(1 + 1e-9);
        expect([thinned[0], thinned.at(-1)]).toEqual([points[0], points.at(-1)]);
      }),
    );
    expect(thin(line(60, 1), 0.1)).toHaveLength(2);
  });
});
