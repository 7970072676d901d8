import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wavHeader } from '../media/wav.ts';
import { infoWavHeader } from './info-wav.ts';
import { readWav } from './read-wav.ts';

const SHAPE = { rate: 16_000, channels: 2, frames: 3 } as const;
const PCM = Int16Array.of(1, -2, 3, -32_768, 32_767, 0);
const SAMPLES = Buffer.from(PCM.buffer);

describe('the reader of sound files', () => {
  test('gives the samples of what we write, with texts before them or without', () => {
    for (const header of [wavHeader(SHAPE), infoWavHeader(SHAPE, { ICMT: 'odd' })]) {
      expect(readWav(Buffer.concat([header, SAMPLES]))).toEqual({
        shape: { rate: 16_000, channels: 2 },
        pcm: PCM,
      });
    }
  });

  test('takes what is there of a file whose length is open, in whole frames', () => {
    const header = wavHeader({ ...SHAPE, frames: 2 ** 31 });
    expect(readWav(Buffer.concat([header, SAMPLES.subarray(0, 11)])).pcm).toEqual(PCM.subarray(0, 4));
  });

  test('refuses everything else and says what to convert to', () => {
    const odd = wavHeader(SHAPE);
    odd.writeUInt32LE(44_100, 24);
    const wide = wavHeader(SHAPE);
    wide.writeUInt16LE(24, 34);
    for (const bytes of [Buffer.alloc(0), Buffer.from('ID3'), odd, wide, wavHeader(SHAPE).subarray(0, 36)]) {
      expect(() => readWav(bytes)).toThrow(
        expect.objectContaining({
          code: 'unsupported',
          message: expect.stringContaining('ffmpeg') as unknown,
        }),
      );
    }
  });

  test('never fails otherwise, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (tail) => {
        const bytes = Buffer.concat([Buffer.from('RIFF....WAVE'), tail]);
        try {
          readWav(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'unsupported' });
        }
      }),
    );
  });
});
