import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { makeToken, parseToken } from './bearer-token.ts';

/** The error of a call that must fail. */
function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

describe('a bearer token', () => {
  test('is read back to its tenant and to the digest that was stored', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (tenantId, bytes) => {
        const { text, digest } = makeToken(tenantId, () => Buffer.from(bytes));
        expect(parseToken(text)).toEqual({ tenantId, digest });
        expect(text).toMatch(/^[0-9a-f]{32}\.[\w-]{43}$/); // safe in a cookie, a fragment and a header
      }),
      { numRuns: 200 },
    );
  });

  test('takes 32 bytes of randomness and is another one each time', () => {
    const tenantId = randomUUID();
    let asked = 0;
    const random = (bytes: number): Buffer => randomBytes((asked = bytes));
    const texts = new Set(Array.from({ length: 50 }, () => makeToken(tenantId, random).text));
    expect({ asked, different: texts.size }).toEqual({ asked: 32, different: 50 });
  });

  const valid = makeToken(randomUUID(), randomBytes).text;
  const mangled = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF.-_=\n\r\0 '), maxLength: 90 }),
    fc
      .tuple(fc.nat(valid.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, cut, put]) => valid.slice(0, at) + put + valid.slice(at + cut)),
  );

  test('that was not made here is refused as unauthenticated and never in another way', () => {
    fc.assert(
      fc.property(mangled, (text) => {
        fc.pre(!/^[0-9a-f]{32}\.[\w-]{43}$/.test(text) || text.endsWith('\n'));
        const error = errorOf(() => parseToken(text));
        expect(isHoldfastError(error) && error.code).toBe('unauthenticated');
        // The text may be someone's secret with a slip of the keyboard in it.
        if (text.length > 8) expect((error as Error).message).not.toContain(text);
      }),
      { numRuns: 300 },
    );
  });

  test('of a change in one letter has another digest', () => {
    const other = valid.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect(parseToken(other).digest).not.toEqual(parseToken(valid).digest);
  });
});
