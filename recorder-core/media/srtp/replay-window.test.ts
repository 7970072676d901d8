import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REPLAY_WINDOW, ReplayWindow } from './replay-window.ts';

describe('the replay window', () => {
  it('tells exactly what a list of everything accepted would tell', () => {
    const start = fc.integer({ min: 0, max: 2 ** 48 - 10_000 });
    const steps = fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(start, steps, (first, jumps) => {
        const window = new ReplayWindow();
        const accepted = new Set<number>();
        let highest = -1;
        let index = first;
        for (const jump of jumps) {
          index = Math.max(0, index + jump);
          const isFresh = !accepted.has(index) && index > highest - REPLAY_WINDOW;
          expect(window.isFresh(index)).toBe(isFresh);
          if (!isFresh) continue;
          window.accept(index);
          accepted.add(index);
          highest = Math.max(highest, index);
          expect(window.highest).toBe(highest);
        }
      }),
    );
  });
});
