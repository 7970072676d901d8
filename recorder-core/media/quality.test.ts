import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogEntry } from './packet-log-reader.ts';
import { measureQuality, mosOf, rFactor } from './quality.ts';
import { packetise, PCMU, seededRandom } from './test-signal.ts';

async function measure(kept: (i: number) => boolean, count: number, lateMs: (i: number) => number = () => 0) {
  const pcm = new Int16Array(count * 160);
  const packets = packetise({ pcm, codec: PCMU, ssrc: 1, firstSequence: 65_500, firstTimestamp: 9 });
  const arrivals = packets
    .map((bytes, i) => ({ kind: 'rtp' as const, atMicros: (i * 20 + lateMs(i)) * 1000, bytes, i }))
    .filter(({ i }) => kept(i))
    .sort((a, b) => a.atMicros - b.atMicros);
  async function* entries(): AsyncGenerator<LogEntry> {
    yield { kind: 'header', header: { version: 1, label: '1', codecs: [PCMU], startedAtMs: 0 } };
    yield* arrivals;
  }
  return measureQuality(entries());
}

describe('quality', () => {
  it('is the best that G.711 gives when nothing is missing', async () => {
    const quality = await measure(() => true, 200);
    expect(quality).toMatchObject({ packets: 200, lost: 0, lossPercent: 0, burstRatio: 1, rFactor: 93.2 });
    expect(quality.jitterMs).toBeCloseTo(0, 9);
    expect(quality.mosLq).toBeCloseTo(4.41, 2);
  });

  it('counts each missing packet and none that only came late', async () => {
    const random = seededRandom(3);
    const quality = await measure(
      (i) => i % 10 !== 5,
      400,
      () => random() * 100,
    );
    expect(quality).toMatchObject({ packets: 360, lost: 40, lossPercent: 10 });
    expect(quality.burstRatio).toBeCloseTo(0.9, 9);
    expect(quality.jitterMs).toBeGreaterThan(5);
  });

  it('finds loss in bursts worse than the same loss spread out, as G.107 has it', async () => {
    const spread = await measure((i) => i % 10 !== 5, 400);
    const bursty = await measure((i) => i % 100 < 45 || i % 100 >= 55, 400);
    expect(bursty.lost).toBe(spread.lost);
    expect(bursty.burstRatio).toBeCloseTo(9, 9);
    expect(bursty.rFactor!).toBeLessThan(spread.rFactor!);
  });

  it('computes the published formula', () => {
    expect(rFactor('pcmu', 2, 1)).toBeCloseTo(93.2 - (95 * 2) / (2 + 4.3), 9);
    expect(rFactor('G729', 2, 2)).toBeCloseTo(93.2 - (11 + (84 * 2) / (1 + 19)), 9);
    expect(rFactor('opus', 0, 1)).toBeUndefined();
    expect([mosOf(0), mosOf(100)]).toEqual([1, 4.5]);
    expect(mosOf(50)).toBeCloseTo(2.575, 9);
  });

  it('never rises with more loss and stays between 1 and 4.5', () => {
    const share = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: 1, max: 50, noNaN: true }), (a, b, burst) => {
        const less = mosOf(rFactor('PCMA', Math.min(a, b), burst)!);
        const more = mosOf(rFactor('PCMA', Math.max(a, b), burst)!);
        expect(more).toBeLessThanOrEqual(less + 1e-9);
        expect(more).toBeGreaterThanOrEqual(1);
        expect(less).toBeLessThanOrEqual(4.5);
      }),
      { numRuns: 200 },
    );
  });
});
