import { describe, expect, it } from '@jest/globals';
import { openFfmpegSpeechDecoder } from './ffmpeg-speech-decoder.ts';
import { Places } from './places.ts';

describe('the speech decoder', () => {
  it.each(['/nonexistent/ffmpeg', '/bin/false', '/bin/true'])(
    'with %s for ffmpeg has no formats',
    async (program) => {
      expect([...(await openFfmpegSpeechDecoder({ program, atOnce: 1 })).formats]).toEqual([]);
    },
  );
});

describe('places', () => {
  it('let only as many work at once, in the order they came, and survive failures', async () => {
    const places = new Places(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = (i: number) => async (): Promise<number> => {
      begun.push(i);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      if (i % 3 === 0) throw new Error('failed');
      return i;
    };
    const done = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => places.take(work(i))));
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(2);
  });
});
