import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  generateDataKey,
  generateKek,
  kekContext,
  periodOf,
  unwrapDataKey,
  wrapDataKey,
} from './envelope.ts';

const kek = generateKek();
const context = Buffer.from('part context');

describe('a wrapped data key', () => {
  it('opens with the same key and context and with nothing else', () => {
    const dataKey = generateDataKey();
    const wrapped = wrapDataKey(kek, dataKey, context);
    expect(unwrapDataKey(kek, wrapped, context).equals(dataKey)).toBe(true);
    const refused = expect.objectContaining({ code: 'integrity_failed' });
    expect(() => unwrapDataKey(generateKek(), wrapped, context)).toThrow(refused);
    expect(() => unwrapDataKey(kek, wrapped, Buffer.from('another part'))).toThrow(refused);
  });

  it('is refused when any bit is flipped or it is cut', () => {
    const wrapped = wrapDataKey(kek, generateDataKey(), context);
    const refused = expect.objectContaining({ code: 'integrity_failed' });
    fc.assert(
      fc.property(fc.nat(wrapped.length - 1), fc.nat(7), (at, bit) => {
        const damaged = Buffer.from(wrapped);
        damaged[at]! ^= 1 << bit;
        expect(() => unwrapDataKey(kek, damaged, context)).toThrow(refused);
        expect(() => unwrapDataKey(kek, wrapped.subarray(0, at), context)).toThrow(refused);
      }),
    );
  });

  it('carries its version first and takes its nonce from the given source', () => {
    const nonce = randomBytes(12);
    const wrapped = wrapDataKey(kek, generateDataKey(), context, () => nonce);
    expect(wrapped[0]).toBe(1);
    expect(wrapped.subarray(1, 13).equals(nonce)).toBe(true);
    expect(wrapped).toHaveLength(1 + 12 + 32 + 16);
  });
});

describe('the scope of a key-encryption key', () => {
  const scope = { tenant: 't1', region: 'eu', period: '2026-07', retentionClass: 'mifid' };

  it('gives different contexts when any field differs', () => {
    const others = [{ tenant: 't2' }, { region: 'us' }, { period: '2026-08' }, { retentionClass: 'short' }];
    for (const other of others)
      expect(kekContext({ ...scope, ...other }).equals(kekContext(scope))).toBe(false);
    expect(kekContext({ ...scope }).equals(kekContext(scope))).toBe(true);
  });

  it.each(['2026-7', '2026-13', '2026-07-01', ''])('refuses the period "%s"', (period) => {
    expect(() => kekContext({ ...scope, period })).toThrow(expect.objectContaining({ field: 'period' }));
  });

  it('takes the month in UTC', () => {
    expect(periodOf(new Date('2026-07-31T23:30:00-02:00'))).toBe('2026-08');
  });
});
