import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CodecDescription } from './codec-description.ts';
import { payloadDuration } from './codec.ts';
import { readG726Payload } from './codecs/g726-payload.ts';

const codec = (name: string, clockRate = 8000, channels = 1, fmtp?: string): CodecDescription => ({
  payloadType: 96,
  name,
  clockRate,
  channels,
  ...(fmtp === undefined ? {} : { fmtp }),
});

/** Packets as they are on the wire, and how long they play in milliseconds. */
const PACKETS: readonly [string, CodecDescription, Buffer, number][] = [
  ['G.711', codec('pcmu'), Buffer.alloc(240), 30],
  ['G.722, whose clock says half its sample rate', codec('G722'), Buffer.alloc(160), 20],
  ['G.726 at 16 kbit/s', codec('G726-16'), Buffer.alloc(40), 20],
  ['G.726 at 24 kbit/s', codec('AAL2-G726-24'), Buffer.alloc(60), 20],
  ['G.726 at 32 kbit/s', codec('G726-32'), Buffer.alloc(80), 20],
  ['G.726 at 40 kbit/s', codec('G726-40'), Buffer.alloc(100), 20],
  ['G.729, two frames', codec('G729'), Buffer.alloc(20), 20],
  ['G.729, a frame and a silence descriptor', codec('G729'), Buffer.alloc(12), 20],
  ['G.729, a silence descriptor alone', codec('G729'), Buffer.alloc(2), 10],
  ['AMR at 12.2 kbit/s', codec('AMR'), Buffer.concat([Buffer.from([0xf3, 0xc0]), Buffer.alloc(30)]), 20],
  ['AMR, nothing to send', codec('AMR', 8000, 1, 'octet-align=1'), Buffer.from([0xf0, 0xfc, 0x7c]), 40],
  ['AMR-WB, a silence descriptor', codec('AMR-WB', 16_000), Buffer.from([0xf4, 0xc0, 0, 0, 0, 0, 0]), 20],
  ['Opus, 60 ms', codec('opus', 48_000, 2), Buffer.from([11 << 3, 1]), 60],
  ['Opus, 5 ms', codec('OPUS', 48_000, 2), Buffer.from([29 << 3, 1]), 5],
];

describe('the length of a payload', () => {
  it.each(PACKETS)('is exact for %s', (_what, description, payload, ms) => {
    expect(payloadDuration(description, payload)).toBe((ms * description.clockRate) / 1000);
  });

  it.each([
    ['a codec that is not known', codec('EVS', 16_000)],
    ['a codec with the name of an object’s property', codec('constructor')],
    ['a known name with another clock', codec('opus', 8000)],
    ['more channels than the codec has', codec('PCMU', 8000, 2)],
    ['no codec', undefined],
  ])('is left to the next timestamp for %s', (_what, description) => {
    expect(payloadDuration(description, Buffer.alloc(160))).toBeUndefined();
  });

  it('is never negative and never throws, whatever the octets', () => {
    const known = PACKETS.map(([, description]) => description);
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.uint8Array({ maxLength: 400 }), (description, payload) => {
        expect(payloadDuration(description, payload) ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('G.726 code words', () => {
  it('come from the low bits first after RFC 3551 and from the high bits first after I.366.2', () => {
    const octets = Buffer.from([0x1b, 0xe4, 0x55]);
    expect([...readG726Payload({ bits: 2, highBitsFirst: false }, octets).subarray(0, 4)]).toEqual([
      3, 2, 1, 0,
    ]);
    expect([...readG726Payload({ bits: 2, highBitsFirst: true }, octets).subarray(0, 4)]).toEqual([
      0, 1, 2, 3,
    ]);
    expect([...readG726Payload({ bits: 4, highBitsFirst: false }, octets)]).toEqual([11, 1, 4, 14, 5, 5]);
    // 0x1b, 0xe4, 0x55 = 00011011 11100100 01010101; low first: bits 0-2, 3-5, 6-8, ...
    expect([...readG726Payload({ bits: 3, highBitsFirst: false }, octets)]).toEqual([3, 3, 0, 2, 6, 3, 5, 2]);
    expect([...readG726Payload({ bits: 5, highBitsFirst: true }, octets)]).toEqual([3, 15, 18, 5]);
  });
});
