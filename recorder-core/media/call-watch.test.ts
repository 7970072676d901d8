import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CallWatch } from './call-watch.ts';
import { buildRtp } from './rtp.ts';
import type { StreamAlert } from './stream-alert.ts';
import { StreamReceiver } from './stream-receiver.ts';
import type { WatchedStream } from './stream-watch.ts';
import { PCMU, seededRandom } from './test-signal.ts';

const START = 1.7e12;
const VOICE = Buffer.alloc(160, 0x90);
const SILENCE = Buffer.alloc(160, 0xff);

/** One side of a call, sending through a real receiver. */
class Side {
  readonly label: string;
  held = false;
  paused = false;
  sends = true;
  payloadType = 0;
  payload = VOICE;
  keep: (n: number) => boolean = () => true;
  readonly receiver: StreamReceiver;
  #n = 0;

  constructor(label: string) {
    this.label = label;
    this.receiver = new StreamReceiver({
      codecs: [PCMU, { payloadType: 13, name: 'CN', clockRate: 8000, channels: 1 }],
      sink: { packet: () => undefined, rtcp: () => undefined, event: () => undefined },
      reporterSsrc: 1,
      cname: 'recorder',
    });
  }

  second(fromMs: number): void {
    for (let i = 0; i < 50; i++) {
      const n = this.#n++;
      if (!this.sends || !this.keep(n)) continue;
      const { payloadType, payload } = this;
      const fields = { payloadType, sequence: n & 0xffff, timestamp: (n * 160) >>> 0, ssrc: 7, payload };
      this.receiver.accept(buildRtp(fields), fromMs + i * 20, { address: '127.0.0.1', port: 4000 });
    }
  }

  at(nowMs: number): WatchedStream {
    const { label, held, paused } = this;
    return { label, held, paused, stats: this.receiver.stats(nowMs) };
  }
}

let watch: CallWatch;
let sides: Side[];
let nowMs: number;

beforeEach(() => {
  watch = new CallWatch();
  sides = [new Side('1'), new Side('2')];
  nowMs = START;
});

/** Lets the call run and gives what was told, as seconds since this stretch began. */
function run(seconds: number): string[] {
  const fromMs = nowMs;
  const told: string[] = [];
  for (let i = 0; i < seconds; i++) {
    for (const side of sides) side.second(nowMs);
    nowMs += 1000;
    for (const { kind, state, label, atMs } of watch.observe(
      nowMs,
      sides.map((side) => side.at(nowMs)),
    )) {
      told.push(`${(atMs - fromMs) / 1000} ${state} ${kind} ${label ?? 'call'}`);
    }
  }
  return told;
}

/** The seconds at which an alert was raised, by name; fails the bound of 10 s by being more than that. */
function raisedAfter(told: readonly string[], alert: string): number {
  return Number(told.find((line) => line.endsWith(` raised ${alert}`))?.split(' ')[0] ?? Infinity);
}

describe('the watch over a call', () => {
  it('has nothing to say about a good call, nor about its hold', () => {
    expect(run(60)).toEqual([]);
    for (const side of sides) Object.assign(side, { held: true, sends: false });
    expect(run(60)).toEqual([]);
    for (const side of sides) Object.assign(side, { held: false, sends: true });
    expect(run(30)).toEqual([]);
  });

  it('tells a dead stream and one-way audio within 10 s, and their end', () => {
    run(20);
    sides[1]!.sends = false;
    const told = run(30);
    expect(raisedAfter(told, 'dead-stream 2')).toBeLessThanOrEqual(10);
    expect(raisedAfter(told, 'one-way-audio call')).toBeLessThanOrEqual(10);
    expect(watch.standing.map(({ kind }) => kind).sort()).toEqual(['dead-stream', 'one-way-audio']);
    sides[1]!.sends = true;
    expect(run(10).map((line) => line.slice(2))).toEqual([
      'cleared dead-stream 2',
      'cleared one-way-audio call',
    ]);
    expect(watch.standing).toEqual([]);
  });

  it('tells a stream that never began, and no one-way audio when neither side sends', () => {
    for (const side of sides) side.sends = false;
    const told = run(15);
    expect(told.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'raised dead-stream 1',
      'raised dead-stream 2',
    ]);
    expect(raisedAfter(told, 'dead-stream 1')).toBeLessThanOrEqual(10);
  });

  it.each(['held', 'paused'] as const)(
    'expects nothing of a stream that is %s, and time anew after it',
    (state) => {
      run(5);
      Object.assign(sides[1]!, { [state]: true, sends: false });
      expect(run(60)).toEqual([]);
      Object.assign(sides[1]!, { [state]: false });
      expect(run(6)).toEqual([]);
      expect(raisedAfter(run(4), 'dead-stream 2')).toBeLessThanOrEqual(10);
    },
  );

  it('gives a sender that suppresses silence a longer time', () => {
    run(5);
    Object.assign(sides[1]!, { payloadType: 13, payload: Buffer.alloc(1) });
    run(1);
    sides[1]!.sends = false;
    expect(run(50)).toEqual([]);
    expect(raisedAfter(run(20), 'dead-stream 2')).toBeLessThanOrEqual(11);
  });

  it('tells a side that was never heard as one-way audio, but not a caller who only mutes later', () => {
    sides[1]!.payload = SILENCE;
    expect(raisedAfter(run(10), 'one-way-audio call')).toBeLessThanOrEqual(10);
    sides[1]!.payload = VOICE;
    run(10);
    sides[1]!.payload = SILENCE;
    expect(run(60)).toEqual([]);
  });

  it.each([
    ['a type that nobody negotiated', { payloadType: 18, payload: Buffer.alloc(20, 1) }],
    ['packets too small for their codec', { payload: Buffer.alloc(20, 1) }],
  ])('tells %s within 10 s', (_, wrong) => {
    run(20);
    Object.assign(sides[0]!, wrong);
    const told = run(15);
    expect(raisedAfter(told, 'codec-mismatch 1')).toBeLessThanOrEqual(10);
    expect(told.filter((line) => line.includes('codec'))).toHaveLength(1);
  });

  it('tells loss that lasts within 10 s, not a short one, and its end when it has gone', () => {
    const random = seededRandom(5);
    run(20);
    sides[0]!.keep = () => random() > 0.12;
    expect(raisedAfter(run(10), 'sustained-loss 1')).toBeLessThanOrEqual(10);
    sides[0]!.keep = () => true;
    expect(run(20).map((line) => line.split(' ').slice(1).join(' '))).toEqual(['cleared sustained-loss 1']);
    sides[0]!.keep = (n) => n % 500 > 15;
    expect(run(60)).toEqual([]);
  });

  it('tells silence on all sides within 10 s, and of each side where that is asked for', () => {
    run(10);
    for (const side of sides) side.payload = SILENCE;
    expect(raisedAfter(run(12), 'silence call')).toBeLessThanOrEqual(10);
    watch = new CallWatch({ silenceOf: 'stream' });
    sides[0]!.payload = VOICE;
    expect(
      run(12)
        .filter((line) => line.includes('silence'))
        .map((line) => line.slice(2)),
    ).toEqual(['raised silence 2']);
  });

  it('tells a sender clock that cannot be right', () => {
    run(2);
    const report = (ntpSeconds: number) => {
      const sr = Buffer.alloc(28);
      sr.writeUInt32BE(0x80c80006, 0);
      sr.writeUInt32BE(7, 4);
      sr.writeUInt32BE(ntpSeconds, 8);
      sides[0]!.receiver.acceptRtcp(sr, nowMs);
    };
    report(2_208_988_800);
    expect(raisedAfter(run(3), 'clock 1')).toBeLessThanOrEqual(10);
  });

  it('clears what stood against a stream that is closed, and forgets it', () => {
    sides[1]!.sends = false;
    run(12);
    const [gone] = sides.splice(1);
    expect(run(12).map((line) => line.slice(2))).toContain('cleared dead-stream 2');
    expect(gone).toBeDefined();
    expect(watch.standing).toEqual([]);
  });

  it('never raises and clears, or clears and raises, an alert within the hold-off, whatever happens', () => {
    const moment = fc.record({
      stepMs: fc.integer({ min: 200, max: 3000 }),
      packets: fc.nat({ max: 60 }),
      lost: fc.nat({ max: 20 }),
      held: fc.boolean(),
      negotiated: fc.boolean(),
      comfortNoise: fc.boolean(),
      levelDbov: fc.option(fc.integer({ min: -96, max: 0 }), { nil: undefined }),
      senderClock: fc.constantFrom('unknown' as const, 'steady' as const, 'doubtful' as const),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 120 }), fc.boolean(), (moments, perStream) => {
        const call = new CallWatch({ silenceOf: perStream ? 'stream' : 'call' });
        const changes = new Map<string, StreamAlert>();
        let at = START;
        let stats = new Side('1').at(START).stats;
        for (const { stepMs, packets, lost, held, ...rest } of moments) {
          at += stepMs;
          const lastArrivalMs = packets > 0 ? at : stats.lastArrivalMs;
          stats = {
            ...stats,
            ...rest,
            packets: stats.packets + packets,
            lost: stats.lost + lost,
            lastArrivalMs,
          };
          for (const alert of call.observe(at, [{ label: '1', held, paused: false, stats }])) {
            const key = `${alert.kind} ${alert.label ?? ''}`;
            const before = changes.get(key);
            expect(alert.state).toBe(before?.state === 'raised' ? 'cleared' : 'raised');
            if (before !== undefined) expect(alert.atMs - before.atMs).toBeGreaterThanOrEqual(5000);
            changes.set(key, alert);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
