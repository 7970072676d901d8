import {
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  type PolicyJson,
} from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { context, principal, questions, recording } from '../../test/support/access-questions.ts';
import { ACCESS_SCHEMA } from './access-schema.ts';
import type { Asked } from './asked.ts';
import { authorize } from './authorize.ts';
import { contextRecord, thingEntity, thingUid, userEntity, userUid } from './cedar-values.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { isTyped } from './is-typed.ts';
import { randomSet } from './listing/testing/random-policies.ts';
import { randomQuestion, randomRecordings } from './listing/testing/random-questions.ts';
import { parsePolicies } from './parse-policies.ts';
import { guardsOf } from './policy-guards.ts';
import { makePolicySet, shippedPolicies, type PolicySet } from './policy-set.ts';
import { concernsAct, PolicySlices } from './policy-slices.ts';

expect(preparseSchema('whole', ACCESS_SCHEMA)).toEqual({ type: 'success' });

/** All policies of a set put to Cedar, with the types of the question checked by Cedar. */
function askWhole(policies: readonly CompiledPolicy[]) {
  const staticPolicies = Object.fromEntries(policies.map(({ id, json }) => [id, json]));
  expect(preparsePolicySet('whole', { staticPolicies })).toEqual({ type: 'success' });
  return (asked: Asked) => {
    try {
      return askCedar(asked);
    } catch {
      return undefined; // an instant that is none
    }
  };
}

function askCedar({ principal: person, act, thing, context: circumstances }: Asked) {
  const answer = statefulIsAuthorized({
    principal: userUid(person.id),
    action: { type: 'Action', id: act },
    resource: thingUid(thing),
    context: contextRecord(circumstances),
    entities: [userEntity(person), thingEntity(thing)],
    preparsedPolicySetId: 'whole',
    preparsedSchemaName: 'whole',
    validateRequest: true,
  });
  return answer.type === 'failure' ? undefined : answer.response;
}

/** What `authorize` must answer, from what Cedar answers about all policies. */
function expected(policies: readonly CompiledPolicy[], response: ReturnType<typeof askCedar>) {
  if (response === undefined) return { allowed: false, rule: 'access/undecidable', ids: [] };
  const ids = [...response.diagnostics.reason];
  const effectOf = (id: string) => policies.find((policy) => policy.id === id)?.effect;
  const forbidden = ids.some((id) => effectOf(id) === 'forbid');
  if (!forbidden && response.diagnostics.errors.some(({ policyId }) => effectOf(policyId) === 'forbid'))
    return { allowed: false, rule: 'access/undecidable', ids: [] };
  return { allowed: response.decision === 'allow', ids: ids.sort() };
}

function expectWhole(set: PolicySet, whole: (asked: Asked) => ReturnType<typeof askCedar>, asked: Asked) {
  const { allowed, rule, policies } = authorize(set, [], asked);
  const said = { allowed, rule, ids: policies.map(({ id }) => id).sort() };
  expect(said).toMatchObject(expected(set.policies, whole(asked)));
}

describe('the policies that are asked', () => {
  test('answer what all policies answer, whatever policies there are', () => {
    fc.assert(
      fc.property(randomSet, randomQuestion, randomRecordings, ({ own }, question, things) => {
        const set = { version: 1, policies: own, slices: new PolicySlices(own) };
        const whole = askWhole(own);
        for (const thing of things) expectWhole(set, whole, { ...question, thing });
      }),
      { numRuns: 150 },
    );
  });

  test('answer what all policies answer, of those that are shipped', () => {
    const whole = askWhole(shippedPolicies().policies);
    fc.assert(
      fc.property(questions, (asked) => expectWhole(shippedPolicies(), whole, asked)),
      { numRuns: 300 },
    );
  });
});

describe('of many policies', () => {
  const texts = [
    'permit(principal, action, resource);',
    'permit(principal in Role::"supervisor", action, resource);',
    'permit(principal in Role::"auditor", action, resource);',
    'permit(principal in Group::"hr", action, resource);',
    'permit(principal in Group::"supervisor", action, resource);',
    'permit(principal == User::"somebody", action, resource);',
    'permit(principal in User::"somebody", action, resource);',
    'permit(principal is User in Group::"it", action, resource);',
    'permit(principal, action == Action::"recording.list", resource);',
    'permit(principal, action, resource is Tenant);',
    'permit(principal, action, resource is Recording);',
    'permit(principal, action, resource == Recording::"r9");',
    'permit(principal, action, resource == Tenant::"t");',
    'permit(principal, action, resource in Tenant::"t");',
  ];
  const many = parsePolicies(
    texts.map((text, at) => `@id("own/${at}") @says("Said.") ${text}`).join('\n'),
  ).policies.map(({ policy }) => policy);
  const placesOf = (policies: readonly CompiledPolicy[]) => policies.map(({ id }) => Number(id.slice(4)));
  const asks = (who: Partial<Asked['principal']>, act: Asked['act'] = 'recording.play') =>
    placesOf(new PolicySlices(many).ofRecordings({ ...ASKED, act, principal: principal(who) }));

  test('those about the role, the groups, the act and the kind of thing are asked, and persons left to Cedar', () => {
    expect(asks({})).toEqual([0, 1, 5, 6, 7, 10, 11, 13]);
    expect(asks({ groups: ['hr', 'it'] })).toEqual([0, 1, 3, 5, 6, 7, 10, 11, 13]);
    expect(asks({ role: 'none' }, 'recording.list')).toEqual([0, 5, 6, 7, 8, 10, 11, 13]);
  });

  test('each question has its own, however often and in which order they are asked', () => {
    const slices = new PolicySlices(many);
    const ofRole = (role: string) =>
      placesOf(slices.ofRecordings({ ...ASKED, principal: principal({ role }) }));
    const [supervisor, auditor] = [ofRole('supervisor'), ofRole('auditor')];
    expect([supervisor.includes(1), supervisor.includes(2)]).toEqual([true, false]);
    expect([auditor.includes(1), auditor.includes(2)]).toEqual([false, true]);
    expect([ofRole('supervisor'), ofRole('auditor')]).toEqual([supervisor, auditor]);
  });

  test('those of one name are named in the order of the set, each once, and unknown ones not at all', () => {
    const slices = new PolicySlices(many);
    expect(placesOf(slices.named(['own/11', 'own/2', 'own/11', 'own/99', 'own/3']))).toEqual([2, 3, 11]);
    expect(slices.named([])).toEqual([]);
  });

  test('those whose first condition cannot hold are not kept for the question', () => {
    const guarded =
      parsePolicies(`@id("own/0") @says("Said.") permit(principal, action, resource is Recording)
        when { resource has classification && resource.classification == "x" };
      @id("own/1") @says("Said.") permit(principal, action, resource);`).policies.map(({ policy }) => policy);
    const slices = new PolicySlices(guarded);
    const slotOf = (classification: string | null): string => {
      const thing = recording({ classification });
      const facts = { principal: {}, resource: thingEntity(thing).attrs, context: {} };
      return slices.slotFor({ ...ASKED, thing }, facts);
    };
    expect(slotOf('y')).toBe(slotOf(null));
    expect(slotOf('x')).not.toBe(slotOf(null));
    const ofTenant = { ...ASKED, thing: { type: 'tenant', id: 't' } } as const;
    const nothing = { principal: {}, resource: {}, context: {} };
    expect(slices.slotFor(ofTenant, nothing)).toBe(slotOf(null));
  });
});

describe('a question', () => {
  test.each<[string, Partial<Record<'thing' | 'context', object>>]>([
    ['grants that are no list', { thing: { grants: 'g1' } }],
    ['a grant that is no text', { thing: { grants: [1] } }],
    ['a restriction that is no flag', { thing: { restricted: 'yes' } }],
    ['a hold that is no flag', { thing: { held: 1 } }],
    ['half a second of age', { context: { stepUpAgeMs: 0.5 } }],
    ['half a play', { context: { recentPlays: 0.5 } }],
    ['an age of text and plays that are missing', { context: { stepUpAgeMs: 'x', recentPlays: undefined } }],
  ])('with %s is of no type', (_what, { thing, context: circumstances }) => {
    expect(
      isTyped({
        ...ASKED,
        thing: { ...ASKED.thing, ...thing } as Asked['thing'],
        context: { ...ASKED.context, ...circumstances },
      }),
    ).toBe(false);
    expect(isTyped({ ...ASKED, thing: { ...ASKED.thing, grants: ['g1'] } })).toBe(true);
    expect(isTyped({ ...ASKED, context: { ...ASKED.context, recentPlays: 3, stepUpAgeMs: 1 } })).toBe(true);
  });

  test('is of the right types where Cedar finds so, whatever part of it is something else', () => {
    const whole = askWhole([]);
    const junk = fc.constantFrom<unknown>(null, 7, 0.5, 1e300, true, 'x', [], ['x'], [7], {}, undefined);
    fc.assert(
      fc.property(questions, fc.nat(), junk, (asked, at, other) => {
        const parts = ['principal', 'thing', 'context'] as const;
        const part = parts[at % parts.length] ?? 'thing';
        const names = Object.keys(asked[part]).filter((name) => !UNTYPED.has(name));
        const name = names[at % names.length] ?? 'id';
        const changed = { ...asked, [part]: { ...asked[part], [name]: other } };
        const typed = isTyped(changed);
        expect([name, other, typed]).toEqual([name, other, whole(changed) !== undefined]);
      }),
      { numRuns: 600 },
    );
    expect(isTyped({ ...ASKED, act: 'recording.burn' as 'recording.play' })).toBe(false);
  });
});

/** What Cedar is not told, or reads for itself. */
const UNTYPED = new Set(['type', 'address', 'nowMs', 'startedAtMs']);
const ASKED = {
  principal: principal(),
  act: 'recording.play',
  thing: recording(),
  context: context(),
} as const;

describe('what a policy asks first', () => {
  const guards = (when: string) => guardsOf(policyOf(`permit(principal, action, resource) ${when};`));

  test.each([
    ['when { resource has department }', [{ of: 'resource', attr: 'department' }]],
    ['when { resource.region == "eu" }', [{ of: 'resource', attr: 'region', equals: 'eu' }]],
    ['when { "eu" == context.region }', [{ of: 'context', attr: 'region', equals: 'eu' }]],
    [
      'when { resource.held && !resource.restricted }',
      [
        { of: 'resource', attr: 'held', equals: true },
        { of: 'resource', attr: 'restricted', equals: false },
      ],
    ],
    [
      'when { resource.held == true } when { principal has job }',
      [
        { of: 'resource', attr: 'held', equals: true },
        { of: 'principal', attr: 'job' },
      ],
    ],
    [
      'when { principal has job && (principal.job == "clerk" && context has purpose) }',
      [
        { of: 'principal', attr: 'job' },
        { of: 'principal', attr: 'job', equals: 'clerk' },
        { of: 'context', attr: 'purpose' },
      ],
    ],
  ])('is read: %s', (when, found) => expect(guards(when)).toEqual(found));

  test.each([
    'when { resource.region like "eu*" && resource.held }',
    'when { resource.region != "eu" }',
    'when { resource.held || resource.restricted }',
    'when { principal.region == resource.region } when { resource.held }',
    'when { context.stepUpAgeMs == 1 } when { resource.held }',
    'when { (resource has department || resource.held) && resource.held }',
    'when { resource has department.x && resource.held }',
    'when { User::"a".role == "x" && resource.held }',
    'unless { resource.held }',
    'unless { resource.held } when { resource.held }',
    'when { true } when { resource.held }',
    '',
  ])('is nothing, or behind what may err: %s', (when) => expect(guards(when)).toEqual([]));

  test('is no reason to leave a policy out where the attribute is missing, so that reading it errs', () => {
    const forbid = set('forbid(principal, action, resource) when { resource.department == "x" };');
    const thing = recording({ department: null });
    expect(authorize(forbid, [], { ...ASKED, thing }).rule).toBe('access/undecidable');
  });

  test('is no way past a text with half a character, which Cedar does not take', () => {
    const forbid = set('forbid(principal, action, resource) when { resource.source == "\\u{fffd}" };');
    const thing = recording({ source: '\ud800' });
    expect(authorize(forbid, [], { ...ASKED, thing }).rule).toBe('access/undecidable');
  });
});

describe('a head', () => {
  const concerns = (action: string) =>
    concernsAct(policyOf(`permit(principal, ${action}, resource);`), 'recording.play');

  test.each([
    ['action', true],
    ['action == Action::"recording.play"', true],
    ['action == Action::"recording.list"', false],
    ['action in Action::"recording.play"', true],
    ['action in Action::"recording.list"', false],
    ['action in [Action::"recording.list", Action::"recording.play"]', true],
    ['action in [Action::"recording.list"]', false],
    ['action in []', false],
  ])('"%s" concerns playing: %s', (action, does) => expect(concerns(action)).toBe(does));
});

function policyOf(text: string): PolicyJson {
  const [placed] = parsePolicies(`@id("own/x") @says("Said.") ${text}`).policies;
  if (placed === undefined) throw new Error(`This is no policy: ${text}`);
  return placed.policy.json;
}

function set(text: string): PolicySet {
  const { policies } = parsePolicies(`@id("own/x") @says("Said.") ${text}`);
  return makePolicySet(
    1,
    policies.map(({ policy }) => policy),
  );
}
