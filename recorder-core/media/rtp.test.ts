import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildRtp, isRtcp, parseRtp } from './rtp.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const u32 = fc.nat({ max: 0xffffffff });
const packets = fc.record({
  payloadType: fc.nat({ max: 127 }),
  marker: fc.boolean(),
  sequence: fc.nat({ max: 0xffff }),
  timestamp: u32,
  ssrc: u32,
  csrcs: fc.array(u32, { maxLength: 15 }),
  extension: fc.option(
    fc.record({
      profile: fc.nat({ max: 0xffff }),
      data: fc.nat({ max: 8 }).map((words) => Buffer.alloc(words * 4, words)),
    }),
    { nil: undefined },
  ),
  payload: bytes(400),
  paddingBytes: fc.nat({ max: 255 }),
});

describe('RTP', () => {
  it('reads back every packet it writes', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(parseRtp(buildRtp(packet))).toEqual(packet);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws on bytes that are no packet, and writes the same bytes for those it accepts', () => {
    fc.assert(
      fc.property(bytes(80), fc.boolean(), (buf, makeVersion2) => {
        if (makeVersion2 && buf.length > 0) buf[0] = (buf[0]! & 0x3f) | 0x80;
        const packet = parseRtp(buf);
        if (packet === undefined) return;
        const again = buildRtp(packet);
        // What the padding bytes before the count hold is not part of the packet's meaning.
        expect(again.subarray(0, again.length - packet.paddingBytes)).toEqual(
          buf.subarray(0, buf.length - packet.paddingBytes),
        );
        expect(again.length).toBe(buf.length);
      }),
      { numRuns: 300 },
    );
  });

  it('reads the worked header of a captured packet', () => {
    const packet = parseRtp(Buffer.from('80e0ffff0000a0deadbeef99ff', 'hex'));
    expect(packet).toMatchObject({
      marker: true,
      payloadType: 96,
      sequence: 65535,
      timestamp: 0x0000a0de,
      ssrc: 0xadbeef99,
    });
    expect(packet?.payload).toEqual(Buffer.from([0xff]));
  });

  it.each([
    ['another version', '40000001000000000000000000'],
    ['a header cut short', '8000000100000000000000'],
    ['more contributing sources than bytes', '8f0000010000000000000000'],
    ['an extension longer than the packet', '9000000100000000000000000000ffff'],
    ['padding longer than the packet', 'a000000100000000000000000f'],
    ['padding of no bytes', 'a0000001000000000000000000'],
  ])('refuses %s', (_, hex) => {
    expect(parseRtp(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('refuses to write what the header cannot count', () => {
    const base = { payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0, payload: Buffer.alloc(0) };
    expect(() => buildRtp({ ...base, csrcs: new Array<number>(16).fill(1) })).toThrow(/at most 15/);
    expect(() => buildRtp({ ...base, extension: { profile: 1, data: Buffer.alloc(3) } })).toThrow(/32-bit/);
  });

  it('tells RTCP from RTP on one port, also with the marker bit set', () => {
    expect(isRtcp(Buffer.from('80c80006', 'hex'))).toBe(true);
    expect(isRtcp(Buffer.from('81cb0001', 'hex'))).toBe(true);
    expect(isRtcp(Buffer.from('80800001', 'hex'))).toBe(false);
    expect(isRtcp(Buffer.from('80e50001', 'hex'))).toBe(false);
    expect(isRtcp(Buffer.from('80c8', 'hex'))).toBe(false);
  });
});
