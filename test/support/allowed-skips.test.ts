import { expect, test } from '@jest/globals';
import { ALLOWED_SKIPS, mustRun } from './allowed-skips.ts';

const TITLE = 'over udp, the sealed parts hold exactly the audio that was sent';

test('a test that cannot run is skipped on a desk and fails in continuous integration', () => {
  expect(mustRun(TITLE, {}, [])).toBe(false);
  expect(mustRun(TITLE, { CI: 'true' }, [])).toBe(true);
});

test('a listed test may be skipped in continuous integration, and no other', () => {
  const allowed = [{ title: 'sealed parts', reason: 'the build machine has no sipp' }];
  expect(mustRun(TITLE, { CI: 'true' }, allowed)).toBe(false);
  expect(mustRun('another test', { CI: 'true' }, allowed)).toBe(true);
});

test('every allowed skip names its reason', () => {
  for (const { title, reason } of ALLOWED_SKIPS) expect([title, reason]).not.toContain('');
});
