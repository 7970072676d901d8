import { statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from '@jest/globals';
import { CedarSlots } from './cedar-slots.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { parsePolicies } from './parse-policies.ts';

let prefixes = 0;
const slots = (most: number): CedarSlots => new CedarSlots(`test ${(prefixes += 1)}`, most);

/** A policy that permits one act. */
function permitOf(act: string): CompiledPolicy {
  const text = `@id("own/${act}") @says("Said.") permit(principal, action == Action::"${act}", resource);`;
  const [placed] = parsePolicies(text).policies;
  if (placed === undefined) throw new Error(`This is no policy: ${text}`);
  return placed.policy;
}

function permits(slot: string, act: string): boolean {
  const answer = statefulIsAuthorized({
    principal: { type: 'User', id: 'ana' },
    action: { type: 'Action', id: act },
    resource: { type: 'Tenant', id: 't' },
    context: {},
    entities: [],
    preparsedPolicySetId: slot,
  });
  return answer.type === 'success' && answer.response.decision === 'allow';
}

test('policies are parsed once, and asked for only where they are not kept', () => {
  const kept = slots(2);
  let asked = 0;
  const name = (key: string) => kept.name(key, () => ((asked += 1), [permitOf(key)]));
  const first = name('a');
  expect([name('a'), asked]).toEqual([first, 1]);
  expect([permits(first, 'a'), permits(first, 'b')]).toEqual([true, false]);
  const second = name('b');
  expect([second === first, asked]).toEqual([false, 2]);
  expect([permits(first, 'a'), permits(second, 'b')]).toEqual([true, true]);
});

test('the name longest unused is given to other policies, so their number is bounded', () => {
  const kept = slots(2);
  const name = (key: string) => kept.name(key, () => [permitOf(key)]);
  const [first, second] = [name('a'), name('b')];
  name('a');
  expect(name('c')).toBe(second);
  expect([permits(second, 'b'), permits(second, 'c'), permits(first, 'a')]).toEqual([false, true, true]);
  expect(name('b')).toBe(first);
  const all = ['a', 'b', 'c', 'd', 'a', 'd'].map(name);
  expect(new Set(all)).toEqual(new Set([first, second]));
  expect(permits(name('d'), 'd')).toBe(true);
});

test('policies that Cedar cannot take are told and not kept, and their name is used again', () => {
  const kept = slots(2);
  const broken = { ...permitOf('a'), json: { effect: 'permit' } } as unknown as CompiledPolicy;
  expect(() => kept.name('x', () => [broken])).toThrow(/^Cedar cannot take policies: .*\w{3}/s);
  expect(() => kept.name('x', () => [broken])).toThrow('Cedar cannot take policies');
  const names = [kept.name('a', () => [permitOf('a')]), kept.name('b', () => [permitOf('b')])];
  expect(names.map((name) => name.replace(/^test \d+ /, ''))).toEqual(['1', '2']);
  expect(permits(names[0] ?? '', 'a')).toBe(true);
});
