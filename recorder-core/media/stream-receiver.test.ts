import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogEvent } from './packet-log.ts';
import { parseRtcp } from './rtcp.ts';
import { buildRtp, parseRtp } from './rtp.ts';
import { StreamReceiver } from './stream-receiver.ts';
import { PCMA, PCMU } from './test-signal.ts';

const HOME = { address: '127.0.0.1', port: 4000 };
const AWAY = { address: '127.0.0.2', port: 5000 };

let packets: { rtp: Buffer; arrivalMs: number }[];
let events: LogEvent[];
let receiver: StreamReceiver;

function makeReceiver(allowSource?: (source: { address: string }) => boolean): StreamReceiver {
  return new StreamReceiver({
    codecs: [PCMU],
    reporterSsrc: 99,
    cname: 'recorder',
    sink: {
      packet: (rtp, arrivalMs) => packets.push({ rtp, arrivalMs }),
      rtcp: () => undefined,
      event: (event) => events.push(event),
    },
    ...(allowSource === undefined ? {} : { allowSource }),
  });
}

beforeEach(() => {
  packets = [];
  events = [];
  receiver = makeReceiver();
});

const rtp = (ssrc: number, sequence: number) =>
  buildRtp({
    payloadType: 0,
    ssrc,
    sequence: sequence & 0xffff,
    timestamp: sequence * 160,
    payload: Buffer.alloc(160, sequence),
  });

describe('a stream receiver', () => {
  it('passes on what it accepts as it came, and drops a repeated packet', () => {
    const first = rtp(1, 10);
    expect(receiver.accept(first, 100, HOME)).toBe('accepted');
    expect(receiver.accept(rtp(1, 11), 120, HOME)).toBe('accepted');
    expect(receiver.accept(rtp(1, 10), 130, HOME)).toBe('duplicate');
    expect(receiver.accept(Buffer.from('no'), 140, HOME)).toBe('malformed');
    expect(packets.map(({ arrivalMs }) => arrivalMs)).toEqual([100, 120]);
    expect(packets[0]!.rtp).toBe(first);
    expect(events).toEqual([{ type: 'source', ssrc: 1 }]);
    expect(receiver.stats(150)).toMatchObject({
      packets: 2,
      lost: 0,
      duplicates: 1,
      malformed: 1,
      silentMs: 30,
    });
  });

  it('keeps to its sender while another sends between its packets', () => {
    for (let i = 0; i < 200; i++) {
      receiver.accept(rtp(1, i), i * 20, HOME);
      expect(receiver.accept(rtp(2, i), i * 20 + 5, HOME)).toBe('foreign-ssrc');
    }
    expect(receiver.stats(4000)).toMatchObject({ packets: 200, foreign: 200, ssrcChanges: 0 });
  });

  it('follows a sender that has clearly taken over, without losing the packets that proved it', () => {
    for (let i = 0; i < 10; i++) receiver.accept(rtp(1, i), i * 20, HOME);
    const verdicts = Array.from({ length: 60 }, (_, i) => receiver.accept(rtp(2, i), 200 + i * 20, HOME));
    expect(verdicts.indexOf('accepted')).toBe(49);
    expect(receiver.stats(1400)).toMatchObject({ packets: 70, lost: 0, ssrcChanges: 1, foreign: 0 });
    expect(packets.map(({ rtp: bytes }) => parseRtp(bytes)!.ssrc)).toEqual([
      ...new Array<number>(10).fill(1),
      ...new Array<number>(60).fill(2),
    ]);
    expect(packets[10]!.arrivalMs).toBe(200);
  });

  it('holds a packet of its own SSRC from elsewhere as foreign, and follows it when the sender moved', () => {
    receiver.accept(rtp(1, 0), 0, HOME);
    expect(receiver.accept(rtp(1, 1), 20, AWAY)).toBe('foreign-source');
    for (let i = 2; i < 60; i++) receiver.accept(rtp(1, i), i * 20, AWAY);
    expect(receiver.stats(1200)).toMatchObject({ packets: 60, lost: 0, ssrcChanges: 0 });
  });

  it('takes the next sender at once after a re-INVITE, and notes the new codecs', () => {
    receiver.accept(rtp(1, 0), 0, HOME);
    receiver.reset(10, [PCMA]);
    expect(receiver.accept(rtp(2, 500), 20, AWAY)).toBe('accepted');
    expect(receiver.stats(20).ssrcChanges).toBe(1);
    expect(events).toEqual([
      { type: 'source', ssrc: 1 },
      { type: 'codecs', codecs: [PCMA] },
      { type: 'source', ssrc: 2 },
    ]);
  });

  it('never lets a sender in that is not allowed', () => {
    const guarded = makeReceiver(({ address }) => address === HOME.address);
    for (let i = 0; i < 100; i++) expect(guarded.accept(rtp(1, i), i, AWAY)).toBe('refused-source');
    expect(guarded.accept(rtp(2, 0), 200, HOME)).toBe('accepted');
    expect(packets).toHaveLength(1);
  });

  it('reports loss in the interval and in all, and answers the last sender report', () => {
    expect(receiver.receiverReport(0)).toBeUndefined();
    for (const sequence of [0, 1, 2, 4]) receiver.accept(rtp(1, sequence), sequence * 20, HOME);
    const sr = Buffer.from('80c80006' + '00000001' + 'abcd1234' + '56789abc' + '0'.repeat(24), 'hex');
    expect(receiver.acceptRtcp(sr, 1000)).toBe(true);
    const read = (now: number) => {
      const [report] = parseRtcp(receiver.receiverReport(now)!);
      return report?.kind === 'receiver-report' ? report.reports[0] : undefined;
    };
    expect(read(1500)).toMatchObject({
      ssrc: 1,
      fractionLost: Math.round(256 / 5),
      cumulativeLost: 1,
      extendedHighestSequence: 4,
      lastSr: 0x12345678,
      delaySinceLastSr: 32768,
    });
    receiver.accept(rtp(1, 5), 1600, HOME);
    expect(read(2000)).toMatchObject({ fractionLost: 0, cumulativeLost: 1 });
  });

  it('counts exactly what it passed on, and never a negative loss, whatever arrives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 0xffff }), fc.boolean()), { maxLength: 300 }),
        (arrivals) => {
          packets = [];
          const fresh = makeReceiver();
          arrivals.forEach(([ssrc, sequence, away], i) =>
            fresh.accept(rtp(ssrc, sequence), i, away ? AWAY : HOME),
          );
          const stats = fresh.stats(1000);
          expect(stats.packets).toBe(packets.length);
          expect(stats.lost).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
