import { randomInt } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { callExtension, compareValues, sameExtension } from './extensions.ts';
import { FAILS, truth, type Settled } from './value.ts';

const text = (term: string): Settled => ({ kind: 'string', term });
const of = (fn: string, arg: string): Settled => ({ kind: 'extension', fn, arg });
const duration: Settled = { kind: 'duration', term: 1n };
const instant: Settled = { kind: 'datetime', term: 90_000_000n };
/** What Cedar says is kept; another number each time is asked anew. */
const some = () => randomInt(1, 100_000_000);

describe('an address or a decimal', () => {
  test('is made of a text that Cedar takes, and of nothing else', () => {
    const n = some();
    expect(callExtension('decimal', [text(`${n}.5`)])).toEqual({
      error: false,
      value: of('decimal', `${n}.5`),
    });
    expect(callExtension('decimal', [text(`x${n}`)])).toEqual(FAILS);
    expect(callExtension('ip', [text(`nowhere-${n}`)])).toEqual(FAILS);
    expect(callExtension('ip', [duration])).toEqual(FAILS);
    expect(callExtension('ip', [])).toEqual(FAILS);
  });

  test('is the same in another spelling, and none is the same as one that cannot be read', () => {
    const n = some();
    const same = (left: Settled, right: Settled) => sameExtension(left, right);
    expect(same(of('decimal', `${n}.5`), of('decimal', `${n}.50`))).toBe(true);
    expect(same(of('decimal', `${n}.5`), of('decimal', `${n}.6`))).toBe(false);
    expect(same(of('decimal', `x${n}`), of('decimal', `x${n}`))).toBe(false);
    expect(same(of('decimal', `${n}.5`), duration)).toBe(false);
    expect(same(duration, of('decimal', `${n}.5`))).toBe(false);
  });

  test('answers what Cedar answers, twice the same, and errs where Cedar does', () => {
    const n = some();
    const less = (right: Settled) => callExtension('lessThan', [of('decimal', `${n}.5`), right]);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(less(of('decimal', `${n}.6`))).toEqual(truth(true));
      expect(less(of('decimal', `${n}.4`))).toEqual(truth(false));
      expect(less(of('ip', '10.0.0.1'))).toEqual(FAILS);
    }
    expect(less(text(`${n}`))).toEqual(FAILS);
    expect(less(duration)).toEqual(FAILS);
  });
});

describe('an instant', () => {
  test('is moved by a duration, and far from another instant, by these names only', () => {
    expect(callExtension('offset', [instant, duration]).value).toEqual({
      kind: 'datetime',
      term: 90_000_001n,
    });
    expect(callExtension('durationSince', [instant, { kind: 'datetime', term: 1n }]).value).toEqual({
      kind: 'duration',
      term: 89_999_999n,
    });
    for (const name of ['offset', 'durationSince', 'other'])
      expect(callExtension(name, [instant])).toEqual(FAILS);
    expect(callExtension('other', [instant, duration])).toEqual(FAILS);
    expect(callExtension('other', [instant, instant])).toEqual(FAILS);
    expect(callExtension('toDate', [instant]).value).toEqual({ kind: 'datetime', term: 86_400_000n });
    expect(callExtension('toTime', [instant]).value).toEqual({ kind: 'duration', term: 3_600_000n });
  });

  test('is compared with instants only', () => {
    expect(compareValues('<', instant, instant)).toEqual(truth(false));
    expect(compareValues('<=', instant, instant)).toEqual(truth(true));
    expect(compareValues('>', instant, { kind: 'datetime', term: 1n })).toEqual(truth(true));
    expect(compareValues('>=', { kind: 'datetime', term: 1n }, instant)).toEqual(truth(false));
    expect(compareValues('<', instant, duration)).toEqual(FAILS);
    expect(compareValues('<', instant, text('a'))).toEqual(FAILS);
    expect(compareValues('<', text('a'), instant)).toEqual(FAILS);
  });
});
