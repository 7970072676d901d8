import { describe, expect, test } from '@jest/globals';
import { idempotencyKey } from './idempotency-key.ts';

const act = {
  tenantId: 't',
  connectionId: 'c',
  operation: 'put',
  recordId: 'r',
  payload: { a: 1, b: [null, 'x'] },
};

describe('idempotencyKey', () => {
  test('is the same for the same act, whatever the order of the payload', () => {
    expect(idempotencyKey({ ...act, payload: { b: [null, 'x'], a: 1 } })).toBe(idempotencyKey(act));
    expect(idempotencyKey(act)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('differs when anything about the act differs', () => {
    const others = [
      { ...act, tenantId: 'u' },
      { ...act, connectionId: 'd' },
      { ...act, operation: 'remove' },
      { ...act, recordId: 's' },
      { ...act, payload: { a: 2, b: [null, 'x'] } },
      { ...act, tenantId: 'tc', connectionId: '' },
    ];
    expect(new Set([act, ...others].map(idempotencyKey)).size).toBe(7);
  });
});
