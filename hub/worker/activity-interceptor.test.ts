import { describe, expect, test } from '@jest/globals';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { ERROR_CODES, HoldfastError, type ErrorCode } from '../../recorder-core/errors.ts';
import { toActivityFailure } from './activity-interceptor.ts';

describe('what a workflow sees of a failed activity', () => {
  test('is our code as its type, retried exactly where the code says so', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      expect(toActivityFailure(new HoldfastError(code, 'It failed.'), 'storeParts')).toMatchObject({
        constructor: ApplicationFailure,
        type: code,
        message: 'It failed.',
        nonRetryable: !ERROR_CODES[code].retryable,
      });
    }
  });

  test('carries the pause that the other side asked for', () => {
    const error = new HoldfastError('rate_limited', 'Too many requests.', { retryAfterMs: 7_000 });
    expect(toActivityFailure(error, 'deliverRecording')).toMatchObject({ nextRetryDelay: 7_000 });
  });

  test('never carries the private detail or the cause', () => {
    const error = new HoldfastError('unavailable', 'Away.', { detail: 'canary', cause: new Error('canary') });
    const failure = toActivityFailure(error, 'deliverRecording') as ApplicationFailure;
    expect(JSON.stringify({ ...failure, cause: failure.cause, text: String(failure.stack) })).not.toContain(
      'canary',
    );
  });

  test('is retried and says nothing of itself when nobody foresaw it', () => {
    const failure = toActivityFailure(new TypeError('canary'), 'storeParts');
    expect(failure).toMatchObject({ type: 'unforeseen', nonRetryable: false });
    expect(failure.message).not.toContain('canary');
    expect(failure.message).toContain('storeParts');
    expect(toActivityFailure('canary', 'storeParts').message).not.toContain('canary');
  });

  test('is a cancellation or a failure of the SDK as it stands', () => {
    const cancelled = new CancelledFailure('asked to end');
    expect(toActivityFailure(cancelled, 'storeParts')).toBe(cancelled);
    const failure = ApplicationFailure.nonRetryable('no', 'conflict');
    expect(toActivityFailure(failure, 'storeParts')).toBe(failure);
  });
});
