import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeAgent } from './describe-agent.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [`${BROWSER} HeadlessChrome/140.0.0.0 Safari/537.36`, 'Chromium on Linux'],
  [`${BROWSER} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, 'Edge on Linux'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  ['curl/8.5.0', 'curl'],
  ['', 'Unknown program'],
])('%s is %s', (agent, words) => {
  expect(describeAgent(agent)).toBe(words);
});

test('any header becomes a few words without what identifies a machine', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (agent) => {
      expect(describeAgent(agent)).toMatch(/^[A-Za-z][A-Za-z0-9._ -]{0,60}$/);
    }),
  );
});
