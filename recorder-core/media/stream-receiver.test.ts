import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogEvent } from './packet-log.ts';
import type { CodecDescription } from './codec-description.ts';
import { parseRtcp } from './rtcp.ts';
import { buildRtp, parseRtp } from './rtp.ts';
import type { ExpectedSource } from './source-lock.ts';
import { StreamReceiver } from './stream-receiver.ts';
import { PCMA, PCMU } from './test-signal.ts';

const HOME = { address: '127.0.0.1', port: 4000 };
const AWAY = { address: '127.0.0.2', port: 5000 };

let packets: { rtp: Buffer; arrivalMs: number }[];
let events: LogEvent[];
let receiver: StreamReceiver;

function makeReceiver(
  expected?: ExpectedSource,
  codecs: readonly CodecDescription[] = [PCMU],
): StreamReceiver {
  return new StreamReceiver({
    codecs,
    expected,
    reporterSsrc: 99,
    cname: 'recorder',
    sink: {
      packet: (rtp, arrivalMs) => packets.push({ rtp, arrivalMs }),
      rtcp: () => undefined,
      event: (event) => events.push(event),
    },
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

  it('never lets a sender in from another address than the SDP names where policy is strict', () => {
    const guarded = makeReceiver({ address: HOME.address, rule: 'strict' });
    for (let i = 0; i < 100; i++) expect(guarded.accept(rtp(1, i), i * 20, AWAY)).toBe('refused-source');
    expect(guarded.accept(rtp(2, 0), 2000, { ...HOME, address: '::ffff:127.0.0.1' })).toBe('accepted');
    expect(guarded.acceptRtcp(Buffer.from('81cb000100000002', 'hex'), 2000, AWAY)).toBe(false);
    expect(packets).toHaveLength(1);
    expect(guarded.stats(2000)).toMatchObject({ refused: 101, foreign: 0 });
  });

  it('takes a sender that NAT hides from the SDP once it has proven itself, and loses none of its packets', () => {
    const latching = makeReceiver({ address: HOME.address, rule: 'latch' });
    const verdicts = Array.from({ length: 60 }, (_, i) => latching.accept(rtp(1, i), i * 20, AWAY));
    expect(verdicts.indexOf('accepted')).toBe(49);
    expect(packets).toHaveLength(60);
    expect(latching.accept(rtp(2, 7), 1200, HOME)).toBe('accepted');
    expect(latching.accept(rtp(1, 60), 1201, AWAY)).toBe('foreign-ssrc');
  });

  it('gives nothing to a flood from elsewhere while the sender at the SDP address still sends', () => {
    const latching = makeReceiver({ address: HOME.address, rule: 'latch' });
    for (let i = 0; i < 20; i++) {
      expect(latching.accept(rtp(1, i), i * 1000, HOME)).toBe('accepted');
      for (let j = 1; j < 100; j++) latching.accept(rtp(1, 5000 + i * 100 + j), i * 1000 + j, AWAY);
    }
    expect(latching.stats(20_000)).toMatchObject({ packets: 20, lost: 0, foreign: 20 * 99 });
  });

  it('expects nobody in particular when the SDP names no address, as on hold', () => {
    const open = makeReceiver({ address: '0.0.0.0', rule: 'strict' });
    expect(open.accept(rtp(1, 0), 0, AWAY)).toBe('accepted');
    open.expectSource({ address: HOME.address, rule: 'strict' });
    expect(open.accept(rtp(1, 1), 20, HOME)).toBe('accepted');
    expect(open.accept(rtp(1, 2), 40, AWAY)).toBe('refused-source');
  });

  it('keeps what a moved sender sent before the re-INVITE that announces the move', () => {
    receiver.accept(rtp(1, 0), 0, HOME);
    for (let i = 1; i < 10; i++) receiver.accept(rtp(1, i), i * 20, AWAY);
    receiver.reset(190);
    expect(receiver.accept(rtp(1, 10), 200, AWAY)).toBe('accepted');
    expect(receiver.stats(200)).toMatchObject({ packets: 11, lost: 0, foreign: 0 });
  });

  it('keeps at the end of the line what a sender still on trial has sent, where ours had fallen silent', () => {
    const latching = makeReceiver({ address: HOME.address, rule: 'latch' });
    for (let i = 0; i < 30; i++) latching.accept(rtp(1, i), i * 20, AWAY); // a short call behind NAT
    latching.finish(600);
    expect(latching.stats(600)).toMatchObject({ packets: 30, lost: 0, foreign: 0 });
    expect(events).toEqual([{ type: 'source', ssrc: 1 }]);
    for (let i = 0; i < 30; i++) latching.accept(rtp(2, i), 600 + i * 20, AWAY);
    latching.finish(1000);
    expect(latching.stats(1000)).toMatchObject({ packets: 30 }); // ours was heard just now
    latching.finish(1200);
    expect(latching.stats(1200)).toMatchObject({ packets: 60, ssrcChanges: 1 });
  });

  it('makes no sender of a few stray packets at the end', () => {
    const latching = makeReceiver({ address: HOME.address, rule: 'latch' });
    for (let i = 0; i < 9; i++) latching.accept(rtp(1, i), i * 20, AWAY);
    latching.finish(10_000);
    expect(packets).toEqual([]);
  });

  it('takes a sender behind NAT whatever strays arrive between its packets', () => {
    const latching = makeReceiver({ address: HOME.address, rule: 'latch' });
    for (let i = 0; i < 60; i++) {
      latching.accept(rtp(1, i), i * 20, AWAY);
      latching.accept(rtp(100 + i, 7), i * 20 + 5, { address: '127.0.0.3', port: 1000 + i });
    }
    expect(latching.stats(1200)).toMatchObject({ packets: 60, lost: 0 });
  });

  it('counts the packets that a listener would have missed for coming late, and no pause as lateness', () => {
    for (let i = 0; i < 500; i++) {
      const late = i % 50 === 49 ? 80 : 0;
      receiver.accept(rtp(1, i), i * 20 + late + (i >= 250 ? 5000 : 0), HOME);
    }
    expect(receiver.stats(15_000)).toMatchObject({ packets: 500, lost: 0, late: 10 });
  });

  it('shows codec, level and size of what arrives', () => {
    const say = (i: number, octet: number, bytes: number, payloadType = 0) =>
      buildRtp({
        payloadType,
        ssrc: 1,
        sequence: i,
        timestamp: i * 160,
        payload: Buffer.alloc(bytes, octet),
      });
    expect(receiver.stats(0)).toMatchObject({ codec: undefined, levelDbov: undefined, negotiated: true });
    for (let i = 0; i < 100; i++) receiver.accept(say(i, 0xff, 160), i * 20, HOME);
    expect(receiver.stats(2000)).toMatchObject({ codec: 'PCMU', levelDbov: -96, sized: 4, oddlySized: 0 });
    for (let i = 100; i < 200; i++) receiver.accept(say(i, 0x80, 20), i * 20, HOME);
    const loud = receiver.stats(4000);
    expect(loud.levelDbov).toBeCloseTo(-0.17, 1);
    expect(loud).toMatchObject({ sized: 8, oddlySized: 4, comfortNoise: false });
    for (let i = 200; i < 202; i++) receiver.accept(say(i, 0, 2, 18), i * 20, HOME);
    expect(receiver.stats(4040)).toMatchObject({ codec: 'G729', negotiated: false, comfortNoise: true });
  });

  it('believes a clock that its reports tell evenly, and doubts one that jumps or has lost the date', () => {
    receiver.accept(rtp(1, 0), 1.7e12, HOME);
    const report = (second: number, ntpShift = 0) => {
      const sr = Buffer.alloc(28);
      sr.writeUInt32BE(0x80c80006, 0);
      sr.writeUInt32BE(1, 4);
      sr.writeUInt32BE(1.7e9 + 2_208_988_800 + second + ntpShift, 8);
      sr.writeUInt32BE(second * 8000, 16);
      receiver.acceptRtcp(sr, 1.7e12 + second * 1000);
      return receiver.stats(0).senderClock;
    };
    expect([report(0), report(5), report(10)]).toEqual(['unknown', 'steady', 'steady']);
    expect([report(15, 3), report(20, 3), report(25, -1.7e9)]).toEqual(['doubtful', 'steady', 'doubtful']);
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
