import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listeningQuality, mosOf } from './e-model.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { qualityKey } from './quality-key.ts';
import { measureQuality, QualityMeter } from './quality.ts';
import { packetise, PCMU, seededRandom } from './test-signal.ts';

type Timed = Extract<LogEntry, { atMicros: number }>;

async function measure(
  kept: (i: number) => boolean,
  count: number,
  lateMs: (i: number) => number = () => 0,
  events: readonly Timed[] = [],
) {
  const pcm = new Int16Array(count * 160);
  const packets = packetise({ pcm, codec: PCMU, ssrc: 1, firstSequence: 65_500, firstTimestamp: 9 });
  const arrivals: Timed[] = packets
    .map((bytes, i) => ({ kind: 'rtp' as const, atMicros: (i * 20 + lateMs(i)) * 1000, bytes }))
    .filter((_, i) => kept(i));
  async function* entries(): AsyncGenerator<LogEntry> {
    yield { kind: 'header', header: { version: 2, label: '1', codecs: [PCMU], startedAtMs: 0 } };
    yield* [...arrivals, ...events].sort((a, b) => a.atMicros - b.atMicros);
  }
  return measureQuality(entries());
}

describe('quality', () => {
  it('is the best that G.711 gives when nothing is missing', async () => {
    const { codec, summary } = await measure(() => true, 200);
    expect(codec).toBe('PCMU');
    expect(summary).toMatchObject({ packets: 200, lost: 0, late: 0, lossPercent: 0, burstRatio: 1 });
    expect(summary).toMatchObject({ scale: 'narrowband', rFactor: 93.2 });
    expect(summary.maxJitterMs).toBeCloseTo(0, 9);
    expect(summary.mosLq).toBeCloseTo(4.41, 2);
  });

  it('counts each missing packet and none that only came late, which it counts apart', async () => {
    const random = seededRandom(3);
    const { summary } = await measure(
      (i) => i % 10 !== 5,
      400,
      (i) => (i % 20 === 0 ? 100 : random() * 50),
    );
    expect(summary).toMatchObject({ packets: 360, lost: 40, late: 20, lossPercent: 10 });
    expect(summary.burstRatio).toBeCloseTo(0.9, 9);
    expect(summary.maxJitterMs).toBeGreaterThan(5);
  });

  it('finds loss in bursts worse than the same loss spread out, as G.107 has it', async () => {
    const { summary: spread } = await measure((i) => i % 10 !== 5, 400);
    const { summary: bursty } = await measure((i) => i % 100 < 45 || i % 100 >= 55, 400);
    expect(bursty.lost).toBe(spread.lost);
    expect(bursty.burstRatio).toBeCloseTo(9, 9);
    expect(bursty.rFactor!).toBeLessThan(spread.rFactor!);
  });

  it('does not call a time in which the recorder stored nothing a loss', async () => {
    const events: Timed[] = [
      { kind: 'event', atMicros: 1_999_000, event: { type: 'paused' } },
      { kind: 'event', atMicros: 3_999_000, event: { type: 'continued' } },
    ];
    const { summary } = await measure((i) => i < 100 || i >= 200, 400, undefined, events);
    expect(summary).toMatchObject({ packets: 300, lost: 0 });
  });

  it('tells the course in stretches of 10 s that add up to the whole', async () => {
    const { summary, bucketMs, buckets } = await measure((i) => i < 1000 || i % 10 !== 5, 1600);
    expect([bucketMs, buckets.length]).toEqual([10_000, 4]);
    expect(buckets.map(({ offsetMs, packets, lost }) => [offsetMs, packets, lost])).toEqual([
      [0, 500, 0],
      [10_000, 500, 0],
      [20_000, 450, 50],
      [30_000, 90, 10],
    ]);
    expect(buckets[1]!.rFactor).toBe(93.2);
    expect(buckets[2]!.rFactor!).toBeLessThan(summary.rFactor!);
    const plain: unknown = JSON.parse(JSON.stringify({ summary, buckets }));
    expect(plain).toEqual({ summary, buckets });
  });

  it('keeps to 720 stretches however long the call is, and loses no packet over it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 * 3600 }), { minLength: 1, maxLength: 60 }), (seconds) => {
        const meter = new QualityMeter();
        const rtp = packetise({
          pcm: new Int16Array(160 * seconds.length),
          codec: PCMU,
          ssrc: 1,
          firstSequence: 1,
          firstTimestamp: 0,
        });
        const at = seconds.toSorted((a, b) => a - b);
        rtp.forEach((bytes, i) => {
          meter.push({ kind: 'rtp', atMicros: at[i]! * 1e6, bytes });
        });
        const { buckets, bucketMs, summary } = meter.finish();
        expect(buckets.length).toBeLessThanOrEqual(720);
        expect(buckets.length).toBe(Math.floor((at.at(-1)! * 1000) / bucketMs) + 1);
        expect(buckets.reduce((sum, { packets }) => sum + packets, 0)).toBe(seconds.length);
        expect(summary.packets).toBe(seconds.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the E-model', () => {
  it('computes the published formulas on their own scales', () => {
    expect(listeningQuality('pcmu', 2, 1)!.rFactor).toBeCloseTo(93.2 - (95 * 2) / (2 + 4.3), 9);
    expect(listeningQuality('G729', 2, 2)!.rFactor).toBeCloseTo(93.2 - (11 + (84 * 2) / (1 + 19)), 9);
    const wide = listeningQuality('AMR-WB/2', 2, 5)!;
    expect(wide.scale).toBe('wideband');
    expect(wide.rFactor).toBeCloseTo(129 - (20 + (75 * 2) / (2 + 4.3)), 9);
    expect(wide.mosLq).toBeCloseTo(mosOf(wide.rFactor / 1.29), 9);
    expect(listeningQuality('G722', 0, 1)).toMatchObject({ scale: 'wideband', rFactor: 116 });
    expect([mosOf(0), mosOf(100)]).toEqual([1, 4.5]);
    expect(mosOf(50)).toBeCloseTo(2.575, 9);
  });

  it('says nothing where nothing is published', () => {
    expect(listeningQuality('opus', 0, 1)).toBeUndefined();
    expect(listeningQuality('AMR-WB/3', 0, 1)).toBeUndefined();
    expect(listeningQuality('G726-32', 0, 1)).toBeDefined();
    expect(listeningQuality('G726-32', 1, 1)).toBeUndefined();
  });

  it('tells the AMR mode from the payload in both its forms, and no mode from silence', () => {
    const amr = (fmtp?: string) => ({
      payloadType: 96,
      name: 'amr-wb',
      clockRate: 16_000,
      channels: 1,
      fmtp,
    });
    const octetAligned = Buffer.from([0xf0, (2 << 3) | 4, 0]);
    const efficient = Buffer.from([0xf0 | (8 >> 1), 0x40]);
    expect(qualityKey(amr('octet-align=1'), octetAligned)).toBe('AMR-WB/2');
    expect(qualityKey(amr(), efficient)).toBe('AMR-WB/8');
    expect(qualityKey(amr('octet-align=1'), Buffer.from([0xf0, (9 << 3) | 4]))).toBeUndefined();
    expect(qualityKey(amr(), Buffer.alloc(1))).toBeUndefined();
    expect(qualityKey(PCMU, Buffer.alloc(0))).toBe('PCMU');
  });

  it('never rises with more loss and stays between 1 and 4.5', () => {
    const share = fc.double({ min: 0, max: 100, noNaN: true });
    const codec = fc.constantFrom('PCMA', 'G729', 'AMR-WB/7');
    fc.assert(
      fc.property(share, share, fc.double({ min: 1, max: 50, noNaN: true }), codec, (a, b, burst, key) => {
        const less = listeningQuality(key, Math.min(a, b), burst)!.mosLq;
        const more = listeningQuality(key, Math.max(a, b), burst)!.mosLq;
        expect(more).toBeLessThanOrEqual(less + 1e-9);
        expect(more).toBeGreaterThanOrEqual(1);
        expect(less).toBeLessThanOrEqual(4.5);
      }),
      { numRuns: 200 },
    );
  });
});
