import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, type JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import { idempotencyKey, type ActIdentity } from './idempotency-key.ts';

const act = {
  tenantId: 't',
  connectionId: 'c',
  operation: 'put',
  recordId: 'r',
  payload: { a: 1, b: [null, 'x'] },
};
type Act = Omit<ActIdentity, 'payload'> & { readonly payload: JsonValue };
const keyOf = (one: Act): string => idempotencyKey({ ...one, payload: canonicalJson(one.payload) });

describe('idempotencyKey', () => {
  test('is the same for the same act, whatever the order of the payload', () => {
    expect(keyOf({ ...act, payload: { b: [null, 'x'], a: 1 } })).toBe(keyOf(act));
    expect(keyOf(act)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is SHA-256 over the canonical JSON of who, where, what, about what and the payload, in one list', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue({ stringUnit: 'grapheme' }), (recordId, payload) => {
        const list = [act.tenantId, act.connectionId, act.operation, recordId, payload as JsonValue];
        const digest = createHash('sha256').update(canonicalJson(list)).digest('hex');
        expect(keyOf({ ...act, recordId, payload: payload as JsonValue })).toBe(digest);
      }),
    );
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
    expect(new Set([act, ...others].map(keyOf)).size).toBe(7);
  });
});
