import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OffsetSlew } from './offset-slew.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND } from './timeline-clock.ts';

const ms = (value: number) => Math.round(value * TICKS_PER_MS);

describe('moving the place of sound', () => {
  it('uses a silence for all that is wanted, and never shortens it below nothing', () => {
    const slew = new OffsetSlew();
    slew.set(0);
    expect(slew.approach(ms(50), ms(1000), ms(20))).toBe(false);
    expect(slew.offset).toBe(ms(50));
    slew.approach(0, ms(1100), ms(30));
    expect(slew.offset).toBe(ms(20));
  });

  it('leaves running speech alone within 4 ms', () => {
    const slew = new OffsetSlew();
    slew.set(0);
    expect([slew.approach(ms(4), ms(20), 0), slew.approach(ms(-4), ms(40), 0)]).toEqual([false, false]);
    expect(slew.offset).toBe(0);
  });

  it('moves running speech by at most 10 ms, at most once a second, and only towards what is wanted', () => {
    const step = fc.record({ wanted: fc.integer({ min: -9600, max: 9600 }), speech: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const slew = new OffsetSlew();
        slew.set(0);
        let lastMoved = -Infinity;
        steps.forEach(({ wanted, speech }, i) => {
          const media = i * ms(60);
          const before = slew.offset;
          slew.approach(wanted, media, speech ? 0 : ms(100));
          const moved = slew.offset - before;
          expect(Math.abs(wanted - slew.offset)).toBeLessThanOrEqual(Math.abs(wanted - before) + 3);
          if (!speech || moved === 0) return;
          expect(Math.abs(moved)).toBeLessThanOrEqual(ms(10));
          expect(media - lastMoved).toBeGreaterThanOrEqual(TICKS_PER_SECOND);
          lastMoved = media;
        });
      }),
      { numRuns: 100 },
    );
  });
});
