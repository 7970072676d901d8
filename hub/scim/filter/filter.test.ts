import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse as parseByPeer } from 'scim2-parse-filter';
import type { Document } from '../documents/document.ts';
import { USER_TYPE } from '../schemas/user-schema.ts';
import { COMPARISONS, type Comparable, type Filter } from './filter.ts';
import { matchFilter } from './match-filter.ts';
import { parseFilter } from './parse-filter.ts';
import { printFilter } from './print-filter.ts';

const URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const name = fc.stringMatching(/^[A-Za-z$][\w-]{0,8}$/).filter((one) => !/^(and|or|not|pr)$/i.test(one));
const path = fc.record({
  urn: fc.option(fc.constantFrom(URN, 'urn:example:thing:1.0')),
  name,
  sub: fc.option(name),
});
const value: fc.Arbitrary<Comparable> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0),
);
const term: fc.Arbitrary<Filter> = fc.oneof(
  path.map((one) => ({ op: 'pr' as const, path: one })),
  fc.record({ op: fc.constantFrom(...COMPARISONS), path, value }),
);
const filter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    term,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), filter: tie('filter') }),
    fc.record({ op: fc.constant('has' as const), path, filter: tie('filter') }),
  ),
})).filter;

describe('the text of a filter', () => {
  test('is read as the filter that it was printed from', () => {
    fc.assert(
      fc.property(filter, (one) => {
        expect(parseFilter(printFilter(one))).toEqual(one);
      }),
    );
  });

  test('is read or refused with invalidFilter, whatever it is', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      ' ',
      'and',
      'not',
      'a',
      '.b',
      'eq',
      '"x"',
      '"',
      '1',
      '\\',
      ':',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          try {
            parseFilter(text);
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_input', detail: 'scim/invalidFilter' });
          }
        },
      ),
    );
  });

  test('binds not before and, and before or, whatever the case of its words', () => {
    expect(printFilter(parseFilter('a eq 1 OR b Eq 2 aNd nOt (c pr)'))).toBe(
      'a eq 1 or (b eq 2 and not (c pr))',
    );
  });

  test.each([
    '',
    'userName',
    'userName eq',
    'userName eq x',
    'userName eq "x" and',
    '(userName eq "x"',
    'userName eq "x" userName pr',
    'not userName pr',
    'emails[type eq "work"',
    'user name eq "x"',
    'userName is "x"',
    'a.b.c eq 1',
    `${'('.repeat(60)}a pr${')'.repeat(60)}`,
    'a'.repeat(5_000),
  ])('%s is refused', (text) => {
    expect(() => parseFilter(text)).toThrow(/filter cannot be read|cannot be read|characters/);
  });
});

/** Filters that both understand: the peer knows no case, and neither null in lists nor sub-attributes of values. */
const PLAIN = ['userName', 'title', 'nickName', 'displayName'] as const;
const plain = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      op: fc.constantFrom('eq' as const, 'co' as const, 'sw' as const, 'ew' as const),
      path: fc.constantFrom(...PLAIN).map((one) => ({ urn: null, name: one, sub: null })),
      value: fc.constantFrom('a', 'ab', 'b', 'ba', ''),
    }),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), filter: tie('filter') }),
  ),
})).filter;

describe('what fits a filter', () => {
  test('is what scim2-parse-filter finds as well', async () => {
    const { filter: makePeer } = await import('scim2-parse-filter');
    const text = fc.constantFrom('a', 'ab', 'b', 'ba', 'aab');
    const document = fc.record(
      Object.fromEntries(PLAIN.map((one) => [one, text])) as Record<string, typeof text>,
    );
    fc.assert(
      fc.property(plain, document, (one, about) => {
        expect(matchFilter(USER_TYPE, one)(about)).toBe(makePeer(parseByPeer(printFilter(one)))(about));
      }),
    );
  });

  const person: Document = {
    userName: 'Anna@Example.com',
    externalId: 'X1',
    active: false,
    emails: [
      { type: 'work', value: 'anna@example.com', primary: true },
      { type: 'home', value: 'anna@home.example' },
    ],
    name: { familyName: 'Example' },
    meta: { lastModified: '2026-11-27T00:00:00.000Z' },
    [URN]: { department: 'Legal', manager: { value: 'm1' } },
  };
  const fits = (text: string) => matchFilter(USER_TYPE, parseFilter(text))(person);

  test.each([
    'userName eq "anna@example.com"',
    'username sw "ANNA"',
    'externalId eq "X1"',
    'active eq false',
    'active eq "False"',
    'emails eq "anna@home.example"',
    'emails.value co "home.example"',
    'emails[type eq "work" and value ew "@example.com"]',
    'emails[primary eq "True"]',
    'name.familyName pr and not (title pr)',
    'title eq null and userName ne null',
    'title ne "Head"',
    `${URN}:department eq "legal"`,
    `${URN}:manager.value eq "m1"`,
    `${URN}:manager eq "m1"`,
    'urn:ietf:params:scim:schemas:core:2.0:User:userName pr',
    'meta.lastModified gt "2026-11-26T23:59:59Z" and meta.lastModified le "2026-11-27T01:00:00+01:00"',
  ])('%s fits', (text) => {
    expect(fits(text)).toBe(true);
  });

  test.each([
    'externalId eq "x1"',
    'emails[type eq "work" and value eq "anna@home.example"]',
    'emails ne "anna@home.example"',
    'groups pr',
    'active eq true',
    'meta.lastModified lt "2026-11-27T00:00:00Z"',
  ])('%s does not fit', (text) => {
    expect(fits(text)).toBe(false);
  });

  test.each([
    'surname eq "x"',
    'name.surname eq "x"',
    'emails[kind eq "work"]',
    'urn:example:other:1.0:department eq "x"',
    'active gt true',
    'active eq "perhaps"',
    'userName eq 1',
    'userName gt null',
    'userName[value eq "x"]',
    'name eq "x"',
    'meta.created gt "yesterday"',
  ])('%s is refused, because nothing could ever be compared so', (text) => {
    expect(() => fits(text)).toThrow(
      expect.objectContaining({ detail: 'scim/invalidFilter' }) as unknown as Error,
    );
  });
});
