import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AmrFormat } from './amr-format.ts';
import { amrFormatOf, amrFrameBits, NO_DATA } from './amr-format.ts';
import type { AmrFrame } from './amr-payload.ts';
import { readAmrPayload } from './amr-payload.ts';

const narrow = (fmtp: string) =>
  amrFormatOf({ payloadType: 96, name: 'AMR', clockRate: 8000, channels: 1, fmtp });

/** Writes what `readAmrPayload` reads, bit by bit and octet by octet as RFC 4867 section 4 draws it. */
function write(format: AmrFormat, frames: readonly AmrFrame[]): Buffer {
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  const pad = (): void => {
    while (format.octetAligned && bits.length % 8 !== 0) bits.push(0);
  };
  put(15, 4);
  pad();
  if (format.interleaved) put(0, 8);
  frames.forEach(({ type, good }, i) => {
    put(i < frames.length - 1 ? 1 : 0, 1);
    put(type, 4);
    put(good ? 1 : 0, 1);
    pad();
  });
  for (const { bits: data } of frames) if (format.crc && data.length > 0) put(0xaa, 8);
  if (format.robustSorting) {
    for (let octet = 0; octet < 61; octet++) {
      for (const { bits: data } of frames) if (octet < data.length) put(data[octet]!, 8);
    }
  } else {
    for (const { type, bits: data } of frames) {
      const count = format.octetAligned ? 8 * data.length : amrFrameBits(format.wideband, type)!;
      for (let i = 0; i < count; i++) bits.push((data[i >> 3]! >> (7 - (i & 7))) & 1);
    }
  }
  const octets = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => (octets[i >> 3]! |= bit << (7 - (i & 7))));
  return octets;
}

function frameOf(wideband: boolean, type: number, good: boolean, seed: number): AmrFrame {
  const count = amrFrameBits(wideband, type)!;
  const bits = Buffer.from(
    Array.from({ length: Math.ceil(count / 8) }, (_, i) => (seed * 31 + i * 97) & 255),
  );
  if (count % 8 !== 0) bits[bits.length - 1]! &= 0xff << (8 - (count % 8));
  return { type, good, bits };
}

const formats = fc
  .record({
    wideband: fc.boolean(),
    octetAligned: fc.boolean(),
    interleaved: fc.boolean(),
    crc: fc.boolean(),
    robustSorting: fc.boolean(),
  })
  .map((format) => ({
    ...format,
    octetAligned: format.octetAligned || format.interleaved || format.crc || format.robustSorting,
  }));

describe('an AMR or AMR-WB payload', () => {
  it('gives back exactly the frames that were packed, in every packing', () => {
    const types = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, NO_DATA);
    fc.assert(
      fc.property(
        formats,
        fc.array(fc.tuple(types, fc.boolean(), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        (format, chosen) => {
          const frames = chosen.map(([type, good, seed]) => frameOf(format.wideband, type, good, seed));
          expect(readAmrPayload(format, write(format, frames))).toEqual(frames);
        },
      ),
    );
  });

  it('is read in the packing it has when that is not the one agreed on', () => {
    const [packed, aligned] = [narrow('mode-set=7'), narrow('octet-align=1; mode-set=7')];
    const frames = [frameOf(false, 7, true, 1)];
    expect(readAmrPayload(packed, write(aligned, frames))).toEqual(frames);
    expect(readAmrPayload(aligned, write(packed, frames))).toEqual(frames);
  });

  it('is discarded as a whole when a frame type is reserved or the lengths do not fit', () => {
    const format = narrow('octet-align=1');
    const whole = write(format, [frameOf(false, 2, true, 1)]);
    expect(readAmrPayload(format, whole.subarray(1))).toBeUndefined();
    expect(readAmrPayload(format, Buffer.concat([whole, whole]))).toBeUndefined();
    expect(readAmrPayload(format, Buffer.from([0xf0, 12 << 3]))).toBeUndefined();
    expect(readAmrPayload(format, Buffer.alloc(0))).toBeUndefined();
  });

  it('never makes the reader throw, whatever the octets', () => {
    fc.assert(
      fc.property(formats, fc.uint8Array({ maxLength: 200 }), (format, payload) => {
        const frames = readAmrPayload(format, payload) ?? [];
        expect(frames.length).toBeLessThanOrEqual(2 * payload.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the AMR format of an SDP', () => {
  it.each([
    ['', { octetAligned: false, interleaved: false }],
    ['octet-align=0; mode-set=0,2,4,7', { octetAligned: false }],
    ['mode-set=7;Octet-Align=1', { octetAligned: true, crc: false }],
    ['crc=1', { octetAligned: true, crc: true }],
    ['robust-sorting=1', { octetAligned: true, robustSorting: true }],
    ['interleaving=30; octet-align=1', { octetAligned: true, interleaved: true }],
    [';;=;octet-align', { octetAligned: false }],
  ])('%j is read', (fmtp, expected) => {
    expect(narrow(fmtp)).toMatchObject(expected);
  });
});
