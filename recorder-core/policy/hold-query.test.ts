import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressKeys, makeHoldQuery, matchesHold, type HoldableRecording } from './hold-query.ts';

const CALL: HoldableRecording = {
  startedAt: '2026-03-01T10:00:00.000Z',
  endedAt: '2026-03-01T10:05:00.000Z',
  classes: ['business-call', 'complaint'],
  region: 'eu-central',
  source: 'siprec',
  callId: 'a84b4c76e66710@pc33',
  parties: [
    { name: 'Ada Lovelace', address: 'sip:+49301234567@sbc.example;user=phone', label: '1' },
    { name: 'Jörg Müller', address: 'tel:+44-20-7946-0018', label: '2' },
  ],
};
const reaches = (asked: Parameters<typeof makeHoldQuery>[0]): boolean =>
  matchesHold(makeHoldQuery(asked), CALL);

describe('a hold by query', () => {
  test.each([
    [{ from: '2026-03-01T10:05:00.000Z' }, true], // the call was still on
    [{ from: '2026-03-01T10:05:00.001Z' }, false],
    [{ to: '2026-03-01T10:00:00.001Z' }, true],
    [{ to: '2026-03-01T10:00:00.000Z' }, false],
    [{ from: '2026-03-01T12:05:00.000+02:00' }, true],
    [{ classes: ['mifid2', 'business-call'] }, true],
    [{ classes: ['mifid2'] }, false],
    [{ classes: ['complaint'] }, true],
    [{ regions: ['eu-central'], sources: ['siprec'] }, true],
    [{ callIds: [' a84b4c76e66710@pc33 '] }, true],
    [{ callIds: ['A84b4c76e66710@pc33'] }, false], // they are case-sensitive
    [{ addresses: ['+49 30 1234567'] }, true],
    [{ addresses: ['0049 (30) 123-4567'] }, true],
    [{ addresses: ['030 1234567'] }, false], // without a country code it is another number
    [{ addresses: ['sip:+49301234567@sbc.example'] }, true],
    [{ addresses: ['+49301234567@elsewhere.example'] }, false],
    [{ addresses: ['442079460018'] }, true],
    [{ names: ['lovelace ADA'] }, true],
    [{ names: ['Ada Müller'] }, false], // not two people
    [{ names: ['jorg'] }, true],
    [{ words: ['lovelace', 'pc33', 'muller'] }, true],
    [{ words: ['lovelace', 'nobody'] }, false],
    [{ names: ['Ada'], classes: ['mifid2'] }, false], // all dimensions
  ])('%j', (asked, expected) => {
    expect(reaches(asked)).toBe(expected);
  });

  test('states something, and what it states can be compared with', () => {
    for (const asked of [
      {},
      { names: [] },
      { names: [' '] },
      { words: ['́'] },
      { addresses: ['sip:'] },
      { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' },
    ])
      expect(() => makeHoldQuery(asked)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  test('reaches no more when it states more, and no less when an entry is added', () => {
    const word = fc.constantFrom('Ada', 'Jörg', 'nobody', '+49301234567', 'business-call', 'x');
    const lists = fc.record(
      {
        names: fc.array(word, { minLength: 1 }),
        classes: fc.array(word, { minLength: 1 }),
        addresses: fc.array(word, { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(lists, word, (asked, extra) => {
        fc.pre(Object.keys(asked).length > 0);
        const before = reaches(asked);
        for (const name of Object.keys(asked) as (keyof typeof asked)[]) {
          if (before) expect(reaches({ ...asked, [name]: [...asked[name]!, extra] })).toBe(true);
        }
        if (!before) expect(reaches({ ...asked, words: [extra] })).toBe(false);
      }),
    );
  });

  test('knows an address by itself, its user and its number', () => {
    expect(addressKeys('<sip:+49 30 1234@Host.Example;user=phone>')).toEqual([
      '+49 30 1234@host.example',
      '+49 30 1234',
      '49301234',
    ]);
    expect(addressKeys('sip:reception@host')).toEqual(['reception@host', 'reception']);
    expect(addressKeys('tel:112')).toEqual(['112', '112', '112']);
    expect(addressKeys('')).toEqual([]);
  });
});
