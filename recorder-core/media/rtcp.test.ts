import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildReceiverReport, parseRtcp } from './rtcp.ts';

const u32 = fc.nat({ max: 0xffffffff });
const blocks = fc.record({
  ssrc: u32,
  fractionLost: fc.nat({ max: 255 }),
  cumulativeLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
  extendedHighestSequence: u32,
  jitter: u32,
  lastSr: u32,
  delaySinceLastSr: u32,
});

describe('RTCP', () => {
  it('reads back the receiver report it writes, with the canonical name beside it', () => {
    fc.assert(
      fc.property(
        u32,
        fc.array(blocks, { maxLength: 31 }),
        fc.stringMatching(/^[a-z@.]{0,40}$/),
        (ssrc, reports, cname) => {
          expect(parseRtcp(buildReceiverReport({ ssrc, reports, cname }))).toEqual([
            { kind: 'receiver-report', ssrc, reports },
            { kind: 'source-description', sources: [{ ssrc, cname }] },
          ]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never throws on random bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(200, 201, 202, 203, 207),
        (array, type) => {
          const buf = Buffer.from(array);
          if (buf.length >= 4) {
            buf[0] = (buf[0]! & 0x3f) | 0x80;
            buf[1] = type;
            buf.writeUInt16BE(Math.floor(buf.length / 4) - 1, 2);
          }
          expect(Array.isArray(parseRtcp(buf))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads sender report, unknown type and goodbye in one compound', () => {
    const sr = '80c80006' + '11111111' + 'e0000001' + '80000000' + '00000a00' + '00000064' + '00003e80';
    const xr = '80cf0001' + '11111111';
    const bye = '81cb0001' + '11111111';
    expect(parseRtcp(Buffer.from(sr + xr + bye, 'hex'))).toEqual([
      {
        kind: 'sender-report',
        ssrc: 0x11111111,
        ntpSeconds: 0xe0000001,
        ntpFraction: 0x80000000,
        rtpTimestamp: 0xa00,
        packetCount: 100,
        octetCount: 16000,
        reports: [],
      },
      { kind: 'extended-report', ssrc: 0x11111111, voipMetrics: [] },
      { kind: 'goodbye', ssrcs: [0x11111111] },
    ]);
  });

  it('reads VoIP metrics from an extended report and passes over its other blocks', () => {
    const receiverReferenceTime = '04000002' + 'e0000001' + '80000000';
    const metrics =
      '07000008' +
      '22222222' +
      '40200800' +
      '00640bb8' +
      ('0014003c' + 'eb7f4010' + '5d7f297f' + '00000028') +
      '00780000';
    const unknown = '63000001' + 'ffffffff';
    const words = receiverReferenceTime.length / 8 + metrics.length / 8 + unknown.length / 8 + 1;
    const header = `80cf${words.toString(16).padStart(4, '0')}` + '11111111';
    expect(parseRtcp(Buffer.from(header + receiverReferenceTime + metrics + unknown, 'hex'))).toEqual([
      {
        kind: 'extended-report',
        ssrc: 0x11111111,
        voipMetrics: [
          {
            ssrc: 0x22222222,
            lossRate: 0.25,
            discardRate: 0.125,
            burstDensity: 0.03125,
            gapDensity: 0,
            burstMs: 100,
            gapMs: 3000,
            roundTripMs: 20,
            endSystemMs: 60,
            signalLevel: -21,
            noiseLevel: undefined,
            rFactor: 93,
            mosLq: 4.1,
            mosCq: undefined,
          },
        ],
      },
    ]);
  });

  it('keeps what came before a broken part', () => {
    const good = '81cb0001' + '11111111';
    expect(parseRtcp(Buffer.from(good + '80c8ffff00', 'hex'))).toEqual([
      { kind: 'goodbye', ssrcs: [0x11111111] },
    ]);
  });
});
