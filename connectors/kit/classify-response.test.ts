import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classifyResponse } from './classify-response.ts';
import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const classify = (status: number, effect: 'read' | 'write', code?: string, headers = {}) =>
  classifyResponse({ status, headers }, { effect, nowMs: NOW, code });

describe('classifyResponse', () => {
  test.each([
    [400, 'invalid_record', 'never', 'batch'],
    [401, 'auth', 'never', 'connection'],
    [402, 'quota', 'after', 'connection'],
    [403, 'permission', 'never', 'connection'],
    [404, 'config', 'never', 'connection'],
    [405, 'config', 'never', 'connection'],
    [407, 'config', 'never', 'connection'],
    [409, 'conflict', 'after', 'batch'],
    [410, 'config', 'never', 'connection'],
    [413, 'invalid_record', 'never', 'batch'],
    [415, 'config', 'never', 'connection'],
    [418, 'invalid_record', 'never', 'batch'],
    [429, 'throttled', 'after', 'connection'],
    [500, 'unknown_outcome', 'after_reconcile', 'batch'],
    [502, 'unknown_outcome', 'after_reconcile', 'batch'],
    [503, 'transient', 'after', 'connection'],
  ])('a write answered with %i is %s, retry %s, scope %s', (status, errorClass, retry, scope) => {
    expect(classify(status, 'write')).toMatchObject({ class: errorClass, retry, scope, remote: { status } });
  });

  test('a read is never of unknown outcome', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        expect(classify(status, 'read').class).not.toBe('unknown_outcome');
      }),
    );
  });

  test('keeps a machine-readable code and drops prose, which may quote a record', () => {
    expect(classify(400, 'write', 'mapper_parsing_exception').remote?.code).toBe('mapper_parsing_exception');
    expect(classify(400, 'write', "field value: 'Ada'").remote).toEqual({ status: 400 });
  });

  test('passes Retry-After on', () => {
    expect(classify(429, 'write', undefined, { 'retry-after': '2' }).afterMs).toBe(2000);
    expect(classify(402, 'write').afterMs).toBe(900_000);
    expect(classify(402, 'write', undefined, { 'retry-after': '2' }).afterMs).toBe(2000);
  });
});

describe('parseRetryAfter', () => {
  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['-5', undefined],
    ['5.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  test('never throws, is never negative and never longer than a day', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const ms = parseRetryAfter(value, NOW) ?? 0;
        expect(ms >= 0 && ms <= 86_400_000).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
