import { describe, expect, test } from '@jest/globals';
import { digitsOf, recognise, sameNumber, searchTerms } from './addresses.ts';
import { inPieces } from '../kit/in-pieces.ts';
import { soqlText } from './client.ts';
import { searches } from './relate.ts';

describe('what is recognised of a party', () => {
  test.each([
    ['tel:+1-415-555-0100', ['14155550100'], []],
    ['sip:+14155550100@pbx.example.com;user=phone', ['14155550100'], []],
    ['sips:ana@Example.com', [], ['ana@example.com']],
    ['mailto:Ana@example.com?subject=x', [], ['ana@example.com']],
    ['0049 30 1234567', ['49301234567'], []],
    ['sip:4711@pbx.example.com', [], ['4711@pbx.example.com']],
    ['tel:4711', [], []],
    ["sip:o'ana@example.com", [], []],
    [null, [], []],
  ])('of %s', (address, numbers, emails) => {
    expect(recognise(address)).toEqual({ numbers, emails });
  });

  test('two ways to write a number are the same line, and a short number is nobody', () => {
    expect(sameNumber('442079460000', digitsOf('(020) 7946-0000'))).toBe(true);
    expect(sameNumber('14155550100', digitsOf('+1 (415) 555-0100 x22'))).toBe(true);
    expect(sameNumber('14155550100', digitsOf('555 0100'))).toBe(true);
    expect(sameNumber('14155550100', digitsOf('555 0101'))).toBe(false);
    expect(sameNumber('14155550100', '0100')).toBe(false);
    expect(digitsOf('call me')).toBe('');
    expect(searchTerms('442079460000')).toEqual(['442079460000', '2079460000', '9460000']);
  });

  test('many numbers go into few searches, none of which is too long for its operators', () => {
    const numbers = Array.from({ length: 1000 }, (_none, n) => `4930${1_000_000 + n}`);
    const found = searches(numbers);
    expect(found.length).toBeLessThan(20);
    expect(Math.max(...found.map((terms) => terms.length))).toBeLessThan(4000);
    expect(numbers.every((number) => found.some((terms) => terms.includes(`"${number}"`)))).toBe(true);
    expect(searches([])).toEqual([]);
  });

  test('a text of a query cannot end itself', () => {
    expect(soqlText(`a' OR '1'='1`)).toBe(`'a\\' OR \\'1\\'=\\'1'`);
    expect(soqlText('a\\')).toBe(`'a\\\\'`);
    expect(inPieces([1, 2, 3], 2)).toEqual([[1, 2], [3]]);
  });
});
