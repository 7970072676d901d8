import { describe, expect, test } from '@jest/globals';
import { problemFrom, unreachable } from '../../api/problem.ts';
import { failureOf } from './playback-failure.ts';

const problem = (status: number, code: string) =>
  problemFrom(status, { title: 'Title', detail: 'Detail.', code });

describe('failureOf', () => {
  test('A corrupted part is said to be corrupted and is not offered again.', () => {
    const failure = failureOf(problem(500, 'integrity_failed'));
    expect(failure.title).toBe(
      'This part failed its integrity check and is not played. An audited event was raised.',
    );
    expect(failure).toMatchObject({ detail: 'Detail.', mayRetry: false });
  });

  test('A corrupted part is recognised by its code, whatever its status.', () => {
    expect(failureOf(problem(409, 'integrity_failed')).mayRetry).toBe(false);
  });

  test('Failures that pass may be tried again; refusals may not.', () => {
    expect(failureOf(problem(503, 'key_unavailable')).mayRetry).toBe(true);
    expect(failureOf(unreachable()).mayRetry).toBe(true);
    expect(failureOf(problem(403, 'forbidden')).mayRetry).toBe(false);
    expect(failureOf(problem(410, 'gone')).mayRetry).toBe(false);
  });
});
