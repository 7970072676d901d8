import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodePcma, decodePcmu, encodePcma, encodePcmu } from './g711.ts';

const octets = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

/** ITU-T G.711 tables 2a/2b: the quantised value y = (2m + 33) * 2^e - 33 on the 14-bit scale. */
function referenceMu(octet: number): number {
  const [sign, e, m] = [octet < 128 ? -1 : 1, 7 - ((octet >> 4) & 7), 15 - (octet & 15)];
  return sign * 4 * ((2 * m + 33) * 2 ** e - 33);
}

/** ITU-T G.711 tables 1a/1b after undoing the inversion: steps of 2 up to 64, doubling with each segment, 13-bit scale. */
function referenceA(octet: number): number {
  const code = octet ^ 0x55;
  const [sign, e, m] = [code < 128 ? -1 : 1, (code >> 4) & 7, code & 15];
  return sign * 8 * (e === 0 ? 2 * m + 1 : (2 * m + 33) * 2 ** (e - 1));
}

const muStep = (octet: number) => 8 * 2 ** (7 - ((octet >> 4) & 7));
const aStep = (octet: number) => 16 * 2 ** Math.max(0, (((octet ^ 0x55) >> 4) & 7) - 1);

const laws = [
  {
    name: 'mu-law',
    decode: decodePcmu,
    encode: encodePcmu,
    reference: referenceMu,
    step: muStep,
    clip: 32_635,
    silence: 0xff,
  },
  {
    name: 'A-law',
    decode: decodePcma,
    encode: encodePcma,
    reference: referenceA,
    step: aStep,
    clip: 32_767,
    silence: 0xd5,
  },
];

describe.each(laws)('G.711 $name', ({ decode, encode, reference, step, clip, silence }) => {
  it('decodes every octet to the value of the recommendation', () => {
    expect([...decode(octets)]).toEqual([...octets].map((octet) => reference(octet) + 0));
  });

  it('encodes each decoded value back to its octet', () => {
    const again = encode(decode(octets));
    // Mu-law has two zeros; the negative one is sent as the positive.
    octets.forEach((octet, i) =>
      expect(again[i]).toBe(decode(Buffer.from([octet]))[0] === 0 ? silence : octet),
    );
  });

  it('encodes any sample to an octet within half a quantising step of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -clip, max: clip }), (sample) => {
        const octet = encode(Int16Array.of(sample))[0]!;
        expect(Math.abs(reference(octet) - sample)).toBeLessThanOrEqual(step(octet) / 2);
      }),
      { numRuns: 300 },
    );
  });

  it('clips what is louder than the law can carry to its loudest value of the same sign', () => {
    const loudest = Math.max(...decode(octets));
    expect([...decode(encode(Int16Array.of(32_767, -32_768)))]).toEqual([loudest, -loudest]);
  });

  it('sends silence as the usual idle octet', () => {
    expect(encode(Int16Array.of(0))[0]).toBe(silence);
  });
});
