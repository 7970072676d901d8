import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JitterMeter } from './jitter.ts';
import { SequenceTracker } from './sequence.ts';

function follow(sequences: readonly number[]): SequenceTracker {
  const tracker = new SequenceTracker();
  for (const sequence of sequences) tracker.update(sequence);
  return tracker;
}

describe('sequence numbers', () => {
  it('count loss exactly for any start, any loss and the wrap', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 0xffff }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 400 }),
        (first, kept) => {
          const sent = kept.map((keep, i) => ({
            keep: keep || i === 0 || i === kept.length - 1,
            sequence: (first + i) & 0xffff,
          }));
          const arrived = sent.filter(({ keep }) => keep);
          expect(follow(arrived.map(({ sequence }) => sequence)).counts()).toMatchObject({
            expected: sent.length,
            received: arrived.length,
            lost: sent.length - arrived.length,
            duplicates: 0,
            reordered: 0,
            restarts: 0,
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('count each repeated packet as a duplicate, and a late one as reordered and not lost', () => {
    const counts = follow([65534, 65535, 1, 0, 0, 1, 2]).counts();
    expect(counts).toEqual({ received: 5, expected: 5, lost: 0, duplicates: 2, reordered: 1, restarts: 0 });
  });

  it('extend over the wrap without a step', () => {
    const tracker = new SequenceTracker();
    const extended = [65534, 65535, 0, 1].map((sequence) => {
      tracker.update(sequence);
      return tracker.extended;
    });
    expect(extended).toEqual([65534, 65535, 65536, 65537]);
  });

  it('doubt a single wild number and go on as before', () => {
    const tracker = follow([10, 11]);
    expect(tracker.update(40000)).toBe('suspect');
    expect(tracker.update(12)).toBe('next');
    expect(tracker).toMatchObject({ run: 0, extended: 12 });
    expect(tracker.counts()).toMatchObject({ lost: 0, restarts: 0 });
  });

  it('begin a new run when the next packet confirms the jump, and count both as received', () => {
    const tracker = follow([10, 11, 40000]);
    expect(tracker.update(40001)).toBe('restart');
    expect(tracker).toMatchObject({ run: 1, extended: 40001 });
    expect(tracker.counts()).toMatchObject({ received: 4, expected: 4, lost: 0, restarts: 1 });
  });
});

describe('jitter', () => {
  it('is nothing for packets as regular as their timestamps, over the timestamp wrap', () => {
    const meter = new JitterMeter();
    for (let i = 0; i < 100; i++) meter.update(i * 20, (0xffffff00 + i * 160) >>> 0, 8000);
    expect(meter.milliseconds).toBeCloseTo(0, 9);
  });

  it('tends to the mean deviation of RFC 3550 A.8', () => {
    const meter = new JitterMeter();
    for (let i = 0; i < 400; i++) meter.update(i * 20 + (i % 2) * 8, i * 160, 8000);
    expect(meter.milliseconds).toBeCloseTo(8, 3);
    expect(meter.clockUnits).toBe(64);
  });
});
