import { expect, test } from '@jest/globals';
import { collectIds, parseDate, parseDays, parseId, parseInstant, parseReason } from './parse-argument.ts';

const ID = '01a217a5-3c6b-726e-a3d6-0423522fd6c5';

test('an id is taken as a whole or not at all', () => {
  expect(parseId(ID)).toBe(ID);
  for (const text of ['', 'nope', ID.slice(0, -1), `${ID}0`, `${ID}\n`])
    expect(() => parseId(text)).toThrow(/all 36 characters/);
});

test('several ids are collected in their order', () => {
  expect(collectIds(ID, collectIds(ID.replace('0', '1'), undefined))).toEqual([ID.replace('0', '1'), ID]);
});

test('days are whole and at least one', () => {
  expect(parseDays('14')).toBe(14);
  for (const text of ['0', '-1', '1.5', 'week', '', '1e3'])
    expect(() => parseDays(text)).toThrow(/whole days/);
});

const NO_INSTANTS = [
  '2026-11-26T08:00:00',
  '2026-02-30T08:00:00Z',
  '2026-11-26T24:00:00Z',
  '11/12/2026',
  '1',
  '',
];

test('an instant has its offset and is on a day that there is', () => {
  expect(parseInstant('2026-11-26T08:00:00+01:00').toISOString()).toBe('2026-11-26T07:00:00.000Z');
  for (const text of [...NO_INSTANTS, '2026-11-26'])
    expect(() => parseInstant(text)).toThrow(/instant with its offset/);
});

test('a date is a day that there is, or an instant', () => {
  expect(parseDate('2028-02-29').toISOString()).toBe('2028-02-29T00:00:00.000Z');
  expect(parseDate('2026-11-26T08:00:00Z').toISOString()).toBe('2026-11-26T08:00:00.000Z');
  for (const text of [...NO_INSTANTS, '2026-02-29', '2026-13-01'])
    expect(() => parseDate(text)).toThrow(/Give a date such as/);
});

test('a reason is a sentence of the length that the API takes', () => {
  expect(parseReason(' A card was read out. ')).toBe('A card was read out.');
  for (const text of ['', '  ', ' a ', 'x'.repeat(501)]) expect(() => parseReason(text)).toThrow(/3 to 500/);
});
