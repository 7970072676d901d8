import { expect, test } from '@jest/globals';
import { approvalInWords, stateInWords } from './export-words.ts';

const expiresAt = '2026-11-26T12:00:00.000Z';

test('an export that is ready is told as expired from its last moment on', () => {
  const told = (now: string) => stateInWords({ state: 'ready', expiresAt }, new Date(now)).label;
  expect(told('2026-11-26T11:59:59.999Z')).toBe('Ready');
  expect(told(expiresAt)).toBe('Expired');
});

test('an end that came before stays what it was', () => {
  expect(stateInWords({ state: 'revoked', expiresAt }, new Date('2027-01-01')).label).toBe('Revoked');
});

test('a rule of a later version is named', () => {
  expect(approvalInWords('export/within-limit')).toContain('one person');
  expect(approvalInWords('export/moon-phase')).toContain('export/moon-phase');
});
