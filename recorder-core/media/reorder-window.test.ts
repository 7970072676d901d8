import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReorderWindow } from './reorder-window.ts';

const packet = (extended: number, arrival: number, epoch = 0) => ({ epoch, extended, arrival });

function drain(window: ReorderWindow<ReturnType<typeof packet>>, flush: boolean): number[] {
  const out: number[] = [];
  for (let next = window.take(flush); next !== undefined; next = window.take(flush)) out.push(next.extended);
  return out;
}

describe('the reorder window', () => {
  it('gives packets in media order when none is later than its span', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 200 }), (delays) => {
        const window = new ReorderWindow<ReturnType<typeof packet>>(100, 1000);
        const arrivals = delays
          .map((delay, i) => packet(i, i * 10 + delay))
          .sort((a, b) => a.arrival - b.arrival);
        const out = arrivals.flatMap((arrival) => {
          expect(window.add(arrival)).toBe(true);
          return drain(window, false);
        });
        expect([...out, ...drain(window, true)]).toEqual(delays.map((_, i) => i));
      }),
      { numRuns: 150 },
    );
  });

  it('never holds more than its capacity, and refuses what comes after its place', () => {
    const window = new ReorderWindow<ReturnType<typeof packet>>(Infinity, 8);
    for (let i = 0; i < 100; i++) {
      window.add(packet(i, 0));
      drain(window, false);
      expect(window.ahead.length).toBeLessThanOrEqual(8);
    }
    expect(window.add(packet(3, 0))).toBe(false);
    expect(window.add(packet(95, 0))).toBe(false);
    expect(drain(window, true)).toEqual([92, 93, 94, 95, 96, 97, 98, 99]);
  });
});
