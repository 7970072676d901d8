import type { Expr } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { context, principal, questions, recording, TENANT } from '../../test/support/access-questions.ts';
import type { Asked } from './asked.ts';
import { authorize } from './authorize.ts';
import { conjuncts, explainAccess, textOf } from './explain-access.ts';
import { makePolicySet, shippedPolicies } from './policy-set.ts';
import { parsePolicies } from './parse-policies.ts';

const PLAY = {
  principal: principal(),
  act: 'recording.play',
  thing: recording(),
  context: context(),
} as const;
const explain = (changed: Partial<Asked> = {}) =>
  explainAccess(shippedPolicies(), [], { ...PLAY, ...changed });

describe('the explanation of a refusal', () => {
  test('names the permits that came near, with the part that does not hold', () => {
    const { decision, nearMisses, further } = explain({ thing: recording({ department: 'support' }) });
    expect(decision.rule).toBe('access/default-deny');
    expect(further).toBe(0);
    expect(nearMisses.map(({ id }) => id)).toEqual([
      'access/administrator/recording.play',
      'access/compliance_officer/recording.play',
      'access/supervisor/recording.play',
    ]);
    expect(nearMisses[2]?.parts).toEqual([
      { text: 'principal in Role::"supervisor"', holds: true },
      { text: 'resource is Recording', holds: true },
      { text: 'resource has department', holds: true },
      { text: 'principal has department', holds: true },
      { text: 'resource.department == principal.department', holds: false },
    ]);
    expect(nearMisses[0]).toMatchObject({
      says: 'The role administrator has recording.play.',
      parts: [{ text: 'principal in Role::"administrator"', holds: false }],
    });
  });

  test('puts those first that miss least', () => {
    const { nearMisses } = explain({ principal: principal({ department: null }), thing: TENANT });
    expect(nearMisses.map(({ parts }) => parts.filter(({ holds }) => !holds).length)).toEqual([1, 1, 4]);
  });

  test('has no near misses where a forbid refuses what a permit allows; without one it names both', () => {
    const walled = recording({ classification: 'hr' });
    const lead = explain({ thing: walled });
    expect(lead.decision.policies.map(({ id }) => id)).toEqual(['wall/hr']);
    expect(lead.nearMisses).toEqual([]);
    const stranger = explain({ thing: walled, principal: principal({ role: 'none' }) });
    expect(stranger.decision.rule).toBe('wall/hr');
    expect(stranger.nearMisses.map(({ id }) => id)).toContain('access/supervisor/recording.play');
  });

  test('has none at all where it is allowed, and none where nothing can be evaluated', () => {
    expect(explain()).toMatchObject({ decision: { allowed: true }, nearMisses: [], further: 0 });
    expect(explain({ context: context({ address: 'here' }) })).toMatchObject({
      decision: { rule: 'access/undecidable' },
      nearMisses: [],
    });
  });

  test('takes heads, unless and grants apart as well', () => {
    const grant = parsePolicies(`@id("grant/1") @says("Granted.") @ask("Ask.")
      permit(principal == User::"other", action in [Action::"recording.play"], resource == Recording::"recording-1")
      unless { context.means == "token" };`).policies.map(({ policy }) => policy);
    const { nearMisses } = explainAccess(shippedPolicies(), grant, {
      ...PLAY,
      thing: recording({ department: null }),
      context: context({ means: 'token' }),
    });
    expect(nearMisses.find(({ id }) => id === 'grant/1')).toEqual({
      id: 'grant/1',
      says: 'Granted.',
      ask: 'Ask.',
      parts: [
        { text: 'principal == User::"other"', holds: false },
        { text: 'resource == Recording::"recording-1"', holds: true },
        { text: '!(context.means == "token")', holds: false },
      ],
    });
  });

  test('lists twenty and counts the others', () => {
    const many = Array.from(
      { length: 25 },
      (_, n) => `@id("own/${n}") permit(principal in Group::"g${n}", action, resource);`,
    );
    const set = makePolicySet(
      1,
      parsePolicies(many.join('\n')).policies.map(({ policy }) => policy),
    );
    const asked = { ...PLAY, thing: recording({ department: null }) };
    expect(explainAccess(set, [], asked)).toMatchObject({ nearMisses: { length: 20 }, further: 8 });
  });

  const ownSet = (texts: readonly string[]) =>
    makePolicySet(
      1,
      parsePolicies(texts.join('\n')).policies.map(({ policy }) => policy),
    );

  test('puts a policy that misses least first wherever it stands, and leaves equals in their order', () => {
    const missing = { far: 3, near: 1, middle: 2, alsoNear: 1 };
    const set = ownSet(
      Object.entries(missing).map(
        ([name, parts]) =>
          `@id("own/${name}") permit(principal, action, resource is Recording) when { ${Array.from({ length: parts }, (_, n) => `resource.source == "s${n}"`).join(' && ')} };`,
      ),
    );
    const { nearMisses } = explainAccess(set, [], { ...PLAY, thing: recording({ department: null }) });
    expect(nearMisses.map(({ id }) => id).filter((id) => id.startsWith('own/'))).toEqual([
      'own/near',
      'own/alsoNear',
      'own/middle',
      'own/far',
    ]);
  });

  test('tells the types that a head asks for, and whether they are those asked about', () => {
    const set = ownSet([
      '@id("own/kind") @says("Of a kind.") permit(principal is User, action, resource is Tenant);',
    ]);
    const { nearMisses } = explainAccess(set, [], { ...PLAY, thing: recording({ department: null }) });
    expect(nearMisses.find(({ id }) => id === 'own/kind')).toEqual({
      id: 'own/kind',
      says: 'Of a kind.',
      ask: null,
      parts: [
        { text: 'principal is User', holds: true },
        { text: 'resource is Tenant', holds: false },
      ],
    });
  });

  test('takes a head apart that asks for a type and for a group', () => {
    const own = parsePolicies(`@id("own/auditors") @says("Auditors.")
      permit(principal is User in Role::"auditor", action == Action::"recording.play", resource is Recording);`);
    const set = makePolicySet(
      1,
      own.policies.map(({ policy }) => policy),
    );
    const { nearMisses } = explainAccess(set, [], { ...PLAY, thing: recording({ department: 'support' }) });
    expect(nearMisses.find(({ id }) => id === 'own/auditors')?.parts).toEqual([
      { text: 'principal is User', holds: true },
      { text: 'principal in Role::"auditor"', holds: false },
      { text: 'resource is Recording', holds: true },
    ]);
  });

  test('says nothing of a head that takes everyone and everything', () => {
    const set = ownSet(['@id("own/all") permit(principal, action, resource) when { context.means == "x" };']);
    const { nearMisses } = explainAccess(set, [], { ...PLAY, thing: recording({ department: null }) });
    expect(nearMisses.find(({ id }) => id === 'own/all')?.parts).toEqual([
      { text: 'context.means == "x"', holds: false },
    ]);
  });

  test('leaves out permits of other acts, and never names a forbid', () => {
    const set = ownSet([
      '@id("own/other") permit(principal, action == Action::"recording.export", resource) when { false };',
      '@id("own/no") forbid(principal, action, resource) when { false };',
      '@id("own/this") permit(principal, action == Action::"recording.play", resource) when { false };',
    ]);
    const { nearMisses } = explainAccess(set, [], { ...PLAY, thing: recording({ department: null }) });
    const own = nearMisses.map(({ id }) => id).filter((id) => id.startsWith('own/'));
    expect(own).toEqual(['own/this']);
  });

  test('has no near misses, and does not throw, where the time is no time', () => {
    expect(explain({ context: context({ nowMs: Number.NaN }) })).toMatchObject({
      decision: { allowed: false, rule: 'access/undecidable' },
      nearMisses: [],
      further: 0,
    });
  });

  test('is of the same decision, and each near miss misses something', () => {
    fc.assert(
      fc.property(questions, (asked) => {
        const { decision, nearMisses } = explainAccess(shippedPolicies(), [], asked);
        expect(decision).toEqual(authorize(shippedPolicies(), [], asked));
        expect(nearMisses.every(({ parts }) => parts.some(({ holds }) => !holds))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a part of a condition', () => {
  const equal = (value: string) =>
    ({ '==': { left: { Var: 'resource' }, right: { Value: value } } }) as const;

  test('is written whole where its text has what ends a policy', () => {
    expect(textOf(equal('a }; b'))).toBe('resource == "a }; b"');
    expect(textOf({ Record: { a: { Record: { b: { Value: 1 } } } } })).toMatch(/^\{.*\{.*1.*\}.*\}$/);
  });

  test('is on one line, with the space within its texts as it was written', () => {
    const left: Expr = { '.': { left: { Var: 'resource' }, attr: 'source' } };
    expect(textOf({ '==': { left, right: { Value: 'a  b \\" c' } } })).toBe(
      'resource.source == "a  b \\\\\\" c"',
    );
  });

  test('is an empty text where Cedar cannot write it', () => {
    expect(textOf({ Var: 'nonsense' } as never)).toBe('');
  });

  test('is each of what must hold, from the left, and nothing that only may hold', () => {
    const [a, b, c] = [equal('a'), equal('b'), equal('c')];
    const either = { '||': { left: a, right: b } };
    expect(conjuncts({ '&&': { left: a, right: { '&&': { left: b, right: c } } } })).toEqual([a, b, c]);
    expect(conjuncts({ '&&': { left: { '&&': { left: a, right: b } }, right: c } })).toEqual([a, b, c]);
    expect(conjuncts({ '&&': { left: either, right: c } })).toEqual([either, c]);
    expect(conjuncts(either)).toEqual([either]);
  });
});
