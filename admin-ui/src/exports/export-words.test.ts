import { expect, test } from '@jest/globals';
import { approvalInWords, nextStepInWords, stateInWords } from './export-words.ts';

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

test('every state says what comes next', () => {
  const now = new Date('2026-11-26T11:00:00Z');
  const bundle = { size: 9, sha256: '', manifestSha256: '', readyAt: expiresAt };
  const link = { createdAt: expiresAt, expiresAt, wrongPasscodes: 0, locked: false };
  const fetched = {
    id: '',
    at: expiresAt,
    firstByte: 0,
    endByte: 9,
    sent: 9,
    endedAt: expiresAt,
    local: false,
  };
  const next = (change: Partial<Parameters<typeof nextStepInWords>[0]>, at = now) =>
    nextStepInWords({ state: 'ready', expiresAt, link, fetches: [], bundle, ...change }, at);
  expect(next({ state: 'requested' })).toContain('second person');
  expect(next({ state: 'making' })).toContain('nobody has to do anything');
  expect(next({ link: null })).toContain('Make a link');
  expect(next({ link: { ...link, locked: true } })).toContain('Make a new one');
  expect(next({})).toContain('have arrived');
  expect(next({ fetches: [{ ...fetched, outcome: 'running' }] })).toContain('fetching it now');
  expect(next({ fetches: [{ ...fetched, endByte: 4, outcome: 'complete' }] })).toContain('have arrived');
  expect(next({ fetches: [{ ...fetched, outcome: 'complete' }] })).toContain('has it');
  expect(next({}, new Date(expiresAt))).toContain('Nobody can fetch it');
  for (const state of ['revoked', 'expired'] as const) expect(next({ state })).toContain('another export');
  expect(next({ state: 'refused' })).toContain('Ask again');
  expect(next({ state: 'failed' })).toContain('Nothing left the house');
});
