import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from '@jest/globals';
import { isLasting } from './is-lasting.ts';

function lasts(condition: string): boolean {
  const parsed = policyToJson(`permit(principal, action, resource) when { ${condition} };`);
  if (parsed.type === 'failure') throw new Error(condition);
  expect(isLasting(parsed.json)).toBe(isLasting(parsed.json));
  return isLasting(parsed.json);
}

describe('a policy lasts', () => {
  it.each([
    'true',
    'resource.held && principal has job && principal.job == "now"',
    'context has region && context.region != resource.region',
    'context.means == "machine" || [context.purpose].contains("a")',
    '{ now: 1 }.now == 1',
  ])('where nothing passes: %s', (condition) => {
    expect(lasts(condition)).toBe(true);
  });

  it.each([
    'context.now < datetime("2026-01-01")',
    'resource.startedAt > context.now.offset(duration("-1d"))',
    '!(context has stepUpAgeMs)',
    'context has now.x',
    '[1, context.recentPlays].contains(2)',
    'if true then true else context.stepUpAgeMs < 1',
    '{ a: context }.a.now == datetime("2026-01-01")',
    'context == {}',
  ])('and not where something does, or could: %s', (condition) => {
    expect(lasts(condition)).toBe(false);
  });
});
