import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClockPlan } from './clock-plan.ts';
import { clockPlanSchema } from './clock-plan.ts';
import type { SignalledClock } from './clock-signalling.ts';
import { surveyClocks } from './clock-survey.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { planClocks } from './plan-clocks.ts';
import { buildRtp, parseRtp } from './rtp.ts';
import { seededRandom } from './test-signal.ts';
import { placePackets } from './timeline.ts';
import { TICKS_PER_MS } from './timeline-clock.ts';

/** No codec of ours: the timestamps alone tell its lengths. */
const CODEC = { payloadType: 96, name: 'X-TEST', clockRate: 48_000, channels: 1 };
/** An hour of packets, surveyed and placed, takes a second or two on an idle machine. */
const TIMEOUT_MS = 60_000;
const START = 1.7e12;
const PACKET_MS = 60;
const HOUR = 3_600_000;

interface Leg {
  /** Of the sender's RTP clock against ours. */
  ppm: number;
  delayMs: number;
  seed: number;
  durationMs?: number;
  cname?: string;
  /** The sender's wall clock at one of our times; a sender without it sends no reports. */
  ntpMs?: (wallMs: number) => number;
  clock?: SignalledClock;
  firstTimestamp?: number;
}

/** When packet i is spoken, in milliseconds after the call's start. */
const spokenMs = (leg: Leg, i: number) => i * PACKET_MS * (1 + leg.ppm / 1e6);

/** The log of one leg: 2 % loss, jitter of 15 ms on average with a long tail, reports read up to 8 ms apart. */
function logOf(leg: Leg): LogEntry[] {
  const random = seededRandom(leg.seed);
  const entries: Extract<LogEntry, { atMicros: number }>[] = [];
  const { durationMs = HOUR, firstTimestamp = 0xfff0_0000 } = leg;
  const ssrc = 1000 + leg.seed;
  const timestampAt = (i: number) => (firstTimestamp + Math.round(i * PACKET_MS * 48)) >>> 0;
  for (let i = 0; i * PACKET_MS < durationMs; i++) {
    const atMs = spokenMs(leg, i) + leg.delayMs - 15 * Math.log(1 - random());
    if (leg.ntpMs !== undefined && i % 83 === 1) {
      const at = Math.round((spokenMs(leg, i) + leg.delayMs + 2) * 1000);
      entries.push({
        kind: 'rtcp',
        atMicros: at,
        bytes: senderReport(leg, ssrc, i, timestampAt, random() * 16 - 8),
      });
    }
    if (random() < 0.02) continue;
    const fields = { payloadType: 96, sequence: i & 0xffff, timestamp: timestampAt(i), ssrc };
    entries.push({
      kind: 'rtp',
      atMicros: Math.round(atMs * 1000),
      bytes: buildRtp({ ...fields, payload: Buffer.from([i >>> 16, i >>> 8, i]) }),
    });
  }
  entries.sort((a, b) => a.atMicros - b.atMicros);
  const header = { version: 2 as const, label: '1', codecs: [CODEC], startedAtMs: START, clock: leg.clock };
  return [{ kind: 'header', header }, ...entries, { kind: 'end', truncated: false, closed: true }];
}

function senderReport(
  leg: Leg,
  ssrc: number,
  i: number,
  timestampAt: (i: number) => number,
  misreadMs: number,
): Buffer {
  const cname = Buffer.from(leg.cname ?? '');
  const sdes = Buffer.alloc(8 + 2 + cname.length + 4 - ((2 + cname.length) % 4));
  sdes.writeUInt16BE(0x81ca, 0);
  sdes.writeUInt16BE(sdes.length / 4 - 1, 2);
  sdes.writeUInt32BE(ssrc, 4);
  sdes.set([1, cname.length, ...cname], 8);
  const ntpMs = leg.ntpMs!(START + spokenMs(leg, i)) + misreadMs + 2_208_988_800_000;
  const sr = Buffer.alloc(28);
  sr.writeUInt32BE(0x80c8_0006, 0);
  sr.writeUInt32BE(ssrc, 4);
  sr.writeUInt32BE(Math.floor(ntpMs / 1000), 8);
  sr.writeUInt32BE(Math.floor(((ntpMs % 1000) / 1000) * 2 ** 32), 12);
  sr.writeUInt32BE(timestampAt(i), 16);
  return Buffer.concat([sr, sdes]);
}

async function* stream(entries: readonly LogEntry[]): AsyncGenerator<LogEntry> {
  yield* entries;
}

async function plansOf(logs: readonly LogEntry[][]): Promise<ClockPlan[]> {
  return planClocks(await Promise.all(logs.map((log) => surveyClocks(stream(log)))));
}

/** How late each packet is heard against when it was spoken, by packet number. */
async function latenessOf(
  leg: Leg,
  log: readonly LogEntry[],
  plan?: ClockPlan,
): Promise<Map<number, number>> {
  const lateness = new Map<number, number>();
  for await (const { start, skip, payload } of placePackets(stream(log), { plan })) {
    const i = payload.readUIntBE(0, 3);
    lateness.set(i, (start - skip) / TICKS_PER_MS - spokenMs(leg, i));
  }
  return lateness;
}

/** The most that two legs are apart at any moment of the call. */
async function worstApart(
  legs: readonly [Leg, Leg],
  planned = true,
): Promise<{ apart: number; plans: ClockPlan[] }> {
  const logs = legs.map(logOf);
  const plans = await plansOf(logs);
  const [a, b] = await Promise.all(
    legs.map((leg, i) => latenessOf(leg, logs[i]!, planned ? plans[i] : undefined)),
  );
  let apart = 0;
  for (const [i, late] of a!) apart = Math.max(apart, Math.abs(late - (b!.get(i) ?? late)));
  expect(a!.size).toBeGreaterThan(100);
  return { apart, plans };
}

describe('two channels of one call', () => {
  it.each([
    ['a wall clock 3 s off', (wallMs: number) => wallMs + 3000],
    ['a wall clock that drifts by 200 ppm', (wallMs: number) => wallMs - 1000 + (wallMs - START) * 2e-4],
  ])(
    'stay within 20 ms for an hour by the sender reports of a sender with %s, whatever their ways',
    async (_, ntpMs) => {
      const { apart, plans } = await worstApart([
        { ppm: 200, delayMs: 5, seed: 1, cname: 'a@10.0.0.1', ntpMs },
        { ppm: -200, delayMs: 90, seed: 2, cname: 'b@10.0.0.1', ntpMs },
      ]);
      expect(apart).toBeLessThan(20);
      for (const plan of plans) expect(plan).toMatchObject({ reference: 'sender-reports', troubles: [] });
    },
    TIMEOUT_MS,
  );

  it(
    'stay within 20 ms for an hour by a signalled clock, over the turn of the timestamps',
    async () => {
      const ptp = { reference: 'ptp=IEEE1588-2008:traceable', offset: 77, rate: 1 };
      // Both follow one clock, 200 ppm fast against ours, which stood at the call's start where these timestamps say.
      const { apart, plans } = await worstApart([
        { ppm: -200, delayMs: 5, seed: 3, clock: ptp, firstTimestamp: 0xffff_0000 },
        {
          ppm: -200,
          delayMs: 90,
          seed: 4,
          clock: { ...ptp, offset: 1077 },
          firstTimestamp: 0xffff_0000 + 1000,
        },
      ]);
      expect(apart).toBeLessThan(10);
      for (const plan of plans) expect(plan).toMatchObject({ reference: 'signalled', troubles: [] });
    },
    TIMEOUT_MS,
  );

  it.each([true, false])(
    'stay within 20 ms for an hour by arrival alone (plan: %s)',
    async (planned) => {
      const legs: [Leg, Leg] = [
        { ppm: 200, delayMs: 20, seed: 5 },
        { ppm: -200, delayMs: 20, seed: 6 },
      ];
      expect((await worstApart(legs, planned)).apart).toBeLessThan(20);
    },
    TIMEOUT_MS,
  );
});

describe('a clock that cannot be right', () => {
  const SHORT = 300_000;
  it.each([
    ['has lost the date', (wallMs: number) => wallMs - START, 'off'],
    ['jumps', (wallMs: number) => wallMs + (wallMs > START + SHORT / 2 ? 7000 : 0), 'jump'],
    ['runs at another rate', (wallMs: number) => wallMs + (wallMs - START), 'jump'],
  ])('is noted and not used when it %s', async (_, ntpMs, trouble) => {
    const legs: [Leg, Leg] = [
      { ppm: 50, delayMs: 20, seed: 7, durationMs: SHORT, cname: 'x', ntpMs },
      { ppm: 0, delayMs: 20, seed: 8, durationMs: SHORT },
    ];
    const { apart, plans } = await worstApart(legs);
    expect(plans[0]).toMatchObject({ reference: 'arrival', troubles: [trouble] });
    expect(plans[1]).toMatchObject({ reference: 'arrival', troubles: [] });
    expect(apart).toBeLessThan(20);
  });

  it('is not shared when two senders claim the same name and their clocks are far apart', async () => {
    const legs: [Leg, Leg] = [
      { ppm: 0, delayMs: 20, seed: 9, durationMs: SHORT, cname: 'u@localhost', ntpMs: (wallMs) => wallMs },
      {
        ppm: 0,
        delayMs: 20,
        seed: 10,
        durationMs: SHORT,
        cname: 'u@localhost',
        ntpMs: (wallMs) => wallMs + 900,
      },
    ];
    const { apart, plans } = await worstApart(legs);
    expect(plans.flatMap(({ troubles }) => troubles)).toEqual(['disagrees']);
    expect(apart).toBeLessThan(20);
  });
});

describe('a plan', () => {
  it('is small plain data, and makes no difference to what is heard but its place', async () => {
    const leg: Leg = {
      ppm: 100,
      delayMs: 5,
      seed: 11,
      durationMs: HOUR / 4,
      cname: 'x',
      ntpMs: (wallMs) => wallMs,
    };
    const log = logOf(leg);
    const [plan] = await plansOf([log]);
    expect(clockPlanSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(JSON.stringify(plan).length).toBeLessThan(10_000);
    const planned = await latenessOf(leg, log, plan);
    expect([...planned.keys()]).toEqual([...(await latenessOf(leg, log)).keys()]);
  });

  it('keeps the length of a hold in which the clock stood still, and finds the same stretches as the timeline', async () => {
    const before = logOf({ ppm: 0, delayMs: 5, seed: 12, durationMs: 60_000 });
    const after = logOf({ ppm: 0, delayMs: 5, seed: 12, durationMs: 120_000 }).filter(
      (entry) => entry.kind === 'rtp' && parseRtp(entry.bytes)!.payload.readUIntBE(0, 3) >= 1000,
    );
    const resumed = after.map((entry) =>
      entry.kind === 'rtp' ? { ...entry, atMicros: entry.atMicros + 30_000_000 } : entry,
    );
    const log = [...before.slice(0, -1), ...resumed, before.at(-1)!];
    const [plan] = await plansOf([log]);
    expect(plan!.stretches).toHaveLength(2);
    const gaps: string[] = [];
    let end = 0;
    for await (const packet of placePackets(stream(log), { plan })) {
      const gapMs = (packet.start - end) / TICKS_PER_MS;
      if (gapMs > 1000) gaps.push(`${packet.gapReason} ${Math.round(gapMs)}`);
      end = packet.end;
    }
    expect(gaps).toEqual(['clock 30000']);
  });

  it('of whatever comes is finite, and no packet overlaps another under it', async () => {
    const rtp = fc.record({
      sequence: fc.nat({ max: 0xffff }),
      timestamp: fc.nat({ max: 0xffffffff }),
      ssrc: fc.nat({ max: 1 }),
      payloadType: fc.constantFrom(0, 13, 96),
      payload: fc.uint8Array({ minLength: 3, maxLength: 200 }).map((array) => Buffer.from(array)),
    });
    const entry = fc.record({
      atMs: fc.nat({ max: 90_000 }),
      bytes: fc.oneof(
        rtp.map((fields) => ({ kind: 'rtp' as const, bytes: buildRtp(fields) })),
        fc
          .tuple(fc.nat({ max: 1 }), fc.uint8Array({ minLength: 20, maxLength: 20 }))
          .map(([ssrc, rest]) => Buffer.concat([Buffer.from([0x80, 200, 0, 6, 0, 0, 0, ssrc]), rest]))
          .map((bytes) => ({ kind: 'rtcp' as const, bytes })),
      ),
    });
    const clock = fc.option(fc.constant({ reference: 'ntp=/traceable/', offset: 5, rate: 1.5 }), {
      nil: undefined,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(entry, { maxLength: 60 }), { maxLength: 3 }),
        clock,
        async (legs, stated) => {
          const logs = legs.map((list): LogEntry[] => [
            {
              kind: 'header',
              header: { version: 2, label: '1', codecs: [CODEC], startedAtMs: START, clock: stated },
            },
            ...list
              .toSorted((a, b) => a.atMs - b.atMs)
              .map(({ atMs, bytes }) => ({ atMicros: atMs * 1000, ...bytes })),
            { kind: 'end', truncated: false, closed: true },
          ]);
          const plans = await plansOf(logs);
          for (const [i, plan] of plans.entries()) {
            expect(plan.stretches.flat(2).every(Number.isFinite)).toBe(true);
            let end = 0;
            for await (const packet of placePackets(stream(logs[i]!), { plan })) {
              expect(packet.start).toBeGreaterThanOrEqual(end);
              expect(packet.end).toBeGreaterThan(packet.start);
              end = packet.end;
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of a log without packets leaves all to arrival', async () => {
    const [plan] = await plansOf([[{ kind: 'end', truncated: true, closed: false }]]);
    expect(plan).toEqual({ version: 1, reference: 'arrival', troubles: [], stretches: [] });
  });
});
