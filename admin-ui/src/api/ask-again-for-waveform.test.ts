import { expect, test } from '@jest/globals';
import { problemFrom } from './problem.ts';
import { askAgainForWaveform } from './ask-again-for-waveform.ts';

const undrawn = problemFrom(404, { title: 'Not found', detail: 'Not drawn yet.', code: 'not_found' });

test('a waveform that is not drawn yet is asked for again, for a minute at most', () => {
  const pauses = Array.from({ length: 100 }, (_none, asked) => askAgainForWaveform(undrawn, asked));
  const waited = pauses.map(Number).reduce((sum, pause) => sum + pause, 0);
  expect(pauses[0]).toBeGreaterThan(0);
  expect(waited).toBeLessThanOrEqual(60_000);
  expect(pauses.at(-1)).toBe(false);
});

test('what is there, and what is refused, is not asked for again', () => {
  const refused = problemFrom(403, { title: 'Not allowed', detail: 'No.', code: 'forbidden' });
  for (const error of [null, refused, new Error('unreadable')])
    expect(askAgainForWaveform(error, 1)).toBe(false);
});
