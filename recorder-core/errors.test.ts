import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES, HoldfastError, isHoldfastError } from './errors.ts';

describe('HoldfastError', () => {
  test('every code maps to an HTTP error status', () => {
    for (const { status } of Object.values(ERROR_CODES)) expect(status).toBeGreaterThanOrEqual(400);
  });

  test('is recognised by its shape and keeps cause and field', () => {
    const cause = new Error('disk');
    const error = new HoldfastError('storage_full', 'The spool is full.', { cause, field: '/spool' });
    expect(isHoldfastError(error)).toBe(true);
    expect(error.cause).toBe(cause);
    expect(error.status).toBe(507);
    expect(error.retryable).toBe(true);
    expect(isHoldfastError(new Error('x'))).toBe(false);
  });
});
