import { policyToJson, type PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from '@jest/globals';
import { policyOf } from './compiled-policy.ts';

function parsed(text: string): PolicyJson {
  const answer = policyToJson(text);
  if (answer.type === 'failure') throw new Error(text);
  return answer.json;
}

describe('a policy of its parsed form', () => {
  test('says what its annotations say', () => {
    const json = parsed(
      '@id("own/a") @says("Not now.") @ask("Ask Ada.") @stepUp("300") forbid(principal, action, resource);',
    );
    expect(policyOf(json, 'policy0')).toEqual({
      id: 'own/a',
      effect: 'forbid',
      says: 'Not now.',
      ask: 'Ask Ada.',
      stepUpSeconds: 300,
      json,
    });
  });

  test('has words of its own where none are given, by its effect', () => {
    const bare = (effect: string) => policyOf(parsed(`${effect}(principal, action, resource);`), 'policy7');
    expect(bare('permit')).toMatchObject({ id: 'policy7', says: 'Policy policy7 allows this.', ask: null });
    expect(bare('forbid')).toMatchObject({ id: 'policy7', says: 'Policy policy7 forbids this.', ask: null });
    expect(bare('forbid').stepUpSeconds).toBeNull();
  });

  test('asks for a proof of presence only where it forbids, and only by whole seconds of at most six digits', () => {
    const seconds = (effect: string, stepUp: string) =>
      policyOf(parsed(`@stepUp("${stepUp}") ${effect}(principal, action, resource);`)).stepUpSeconds;
    expect(seconds('forbid', '7')).toBe(7);
    expect(seconds('forbid', '999999')).toBe(999_999);
    expect(seconds('permit', '300')).toBeNull();
    for (const text of ['', '1000000', '30s', 's30', '-30', '3.5', 'soon'])
      expect(seconds('forbid', text)).toBeNull();
  });
});
