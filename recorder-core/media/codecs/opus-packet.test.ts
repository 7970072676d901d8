import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readOpusPacket } from './opus-packet.ts';

/** TOC octet of a configuration and a code (RFC 6716 section 3.1). */
const toc = (config: number, code: number): number => (config << 3) | code;
const packet = (...octets: number[]) => readOpusPacket(Buffer.from(octets));

/** RFC 6716 table 2: configuration, milliseconds of a frame, rate of its band. */
const CONFIGURATIONS: readonly [number, number, number][] = [
  [0, 10, 8000],
  [3, 60, 8000],
  [5, 20, 12_000],
  [10, 40, 16_000],
  [11, 60, 16_000],
  [12, 10, 24_000],
  [15, 20, 48_000],
  [16, 2.5, 8000],
  [21, 5, 16_000],
  [26, 10, 24_000],
  [31, 20, 48_000],
];

describe('the framing of an Opus packet', () => {
  it.each(CONFIGURATIONS)('of configuration %d says %d ms and a band of %d Hz', (config, ms, bandRate) => {
    expect(packet(toc(config, 0), 1, 2, 3)).toEqual({ duration: ms * 48, bandRate, frames: 1 });
    expect(packet(toc(config, 1), 1, 2)).toEqual({ duration: 2 * ms * 48, bandRate, frames: 2 });
  });

  it.each([
    ['a packet of silence with no data', [toc(9, 0)], 1],
    ['two frames of different lengths', [toc(1, 2), 1, 7, 8, 9], 2],
    ['a length in two octets', [toc(1, 2), 252, 0, ...Array.from({ length: 260 }, () => 5)], 2],
    ['three frames of one length', [toc(1, 3), 3, 1, 2, 3, 4, 5, 6], 3],
    ['three frames of three lengths', [toc(1, 3), 0x83, 1, 2, 1, 2, 2, 3, 3, 3], 3],
    ['padding', [toc(1, 3), 0x42, 2, 1, 1, 0, 0], 2],
    ['empty frames', [toc(1, 3), 4], 4],
  ])('with %s counts the frames', (_what, octets, frames) => {
    expect(packet(...octets)?.frames).toBe(frames);
  });

  it.each([
    ['is empty', []],
    ['has no frame', [toc(1, 3), 0]],
    ['lacks its frame count', [toc(1, 3)]],
    ['plays longer than 120 ms', [toc(3, 3), 3]],
    ['has two equal frames of an odd length together', [toc(1, 1), 1]],
    ['names a length beyond its end', [toc(1, 2), 9, 1]],
    ['has a frame of over 1275 octets', [toc(1, 0), ...Array.from({ length: 1276 }, () => 0)]],
    ['has more padding than octets', [toc(1, 3), 0x41, 200, 0]],
    ['ends in its padding length', [toc(1, 3), 0x41, 255]],
    ['ends in a length', [toc(1, 2), 253]],
  ])('that %s is refused', (_what, octets) => {
    expect(packet(...octets)).toBeUndefined();
  });

  it('is at most 120 ms long, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        const found = readOpusPacket(octets);
        expect(found?.duration ?? 120).toBeGreaterThanOrEqual(120);
        expect(found?.duration ?? 0).toBeLessThanOrEqual(5760);
      }),
      { numRuns: 500 },
    );
  });
});
