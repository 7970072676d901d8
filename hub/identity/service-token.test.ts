import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeServiceToken, parseServiceToken } from './service-token.ts';

describe('the token of a machine', () => {
  test('is read back to its tenant and to the digest that was stored, and has the form that scanners look for', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (tenantId, bytes) => {
        const { text, digest } = makeServiceToken(tenantId, () => Buffer.from(bytes));
        expect(parseServiceToken(text)).toEqual({ tenantId, digest });
        // As docs/sessions.md gives it to whoever runs a scanner.
        expect(text).toMatch(/^holdfast_st_[0-9a-f]{32}_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/);
      }),
      { numRuns: 200 },
    );
  });

  test('with any other letter in one place is refused by its checksum, without its text in the words', () => {
    const { text } = makeServiceToken(randomUUID(), randomBytes);
    const letter = fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.');
    fc.assert(
      fc.property(fc.nat(text.length - 1), letter, (at, put) => {
        fc.pre(text[at] !== put);
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        try {
          parseServiceToken(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: 'unauthenticated' });
          expect((error as Error).message).not.toContain(changed.slice(20));
          return;
        }
        throw new Error('A changed token was taken.');
      }),
      { numRuns: 400 },
    );
  });
});
