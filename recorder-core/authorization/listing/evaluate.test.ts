import { preparsePolicySet, statefulIsAuthorized, type PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from '@jest/globals';
import { context, principal, recording } from '../../../test/support/access-questions.ts';
import type { AccessedRecording } from '../asked.ts';
import { contextRecord, thingEntity, thingUid, userEntity, userUid } from '../cedar-values.ts';
import { parsePolicies } from '../parse-policies.ts';
import { compilePolicy } from './compile-policy.ts';
import { Store } from './store.ts';
import { holdsForRow } from './testing/holds-for-row.ts';

const START = Date.parse('2026-03-01T09:00:00.000Z');
const PERSON = principal({ id: 'ana', role: 'auditor', groups: ['hr', 'eu'], department: 'sales' });
const CIRCUMSTANCES = context({ nowMs: START, purpose: 'audit', address: '10.1.2.3', stepUpAgeMs: 7 });
const ACTION = { type: 'Action', id: 'recording.list' };
const ROWS: readonly AccessedRecording[] = [
  recording({
    id: 'r1',
    department: 'sales',
    startedAtMs: START,
    held: true,
    ownOf: ['ana'],
    grants: ['g1'],
  }),
  recording({
    id: 'r2',
    department: null,
    startedAtMs: START - 86_400_001,
    ownOf: ['ben', 'cy'],
    grants: [],
  }),
  recording({
    ...{ id: 'r3', department: 'hr', classification: 'hr', startedAtMs: START + 1, restricted: true },
    ...{ ownOf: [], source: 'sa*les', grants: ['g1', 'g2'] },
  }),
];

const question = {
  principal: userEntity(PERSON),
  action: ACTION,
  context: contextRecord(CIRCUMSTANCES),
  hasGrants: true,
};

function policyOf(text: string): PolicyJson {
  const [placed] = parsePolicies(`@id("own/x") @says("Said.") ${text}`).policies;
  if (placed === undefined) throw new Error(`This is no policy: ${text}`);
  return placed.policy.json;
}

/** What Cedar says of one recording. */
function cedar(thing: AccessedRecording): 'holds' | 'errs' | 'does not' {
  const answer = statefulIsAuthorized({
    principal: userUid(PERSON.id),
    action: ACTION,
    resource: thingUid(thing),
    context: question.context,
    entities: [question.principal, thingEntity(thing)],
    preparsedPolicySetId: 'example',
  });
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join());
  const { decision, diagnostics } = answer.response;
  return diagnostics.errors.length > 0 ? 'errs' : decision === 'allow' ? 'holds' : 'does not';
}

/** Holds the formulas of a policy against Cedar, row by row; answers what Cedar says of each. */
function compared(json: PolicyJson): readonly string[] {
  expect(preparsePolicySet('example', { staticPolicies: { example: json } })).toEqual({ type: 'success' });
  const { holds, errs, unlistable } = compilePolicy(json, new Store(question));
  expect(unlistable).toBeUndefined();
  const said = ROWS.map(cedar);
  const found = ROWS.map((row) =>
    holdsForRow(errs, row) ? 'errs' : holdsForRow(holds, row) ? 'holds' : 'does not',
  );
  expect(found).toEqual(said);
  // Nothing holds where it errs.
  for (const row of ROWS) expect(holdsForRow(holds, row) && holdsForRow(errs, row)).toBe(false);
  return said;
}

const NUMBERS = [
  '1 + 2 == 3',
  '1 - 2 == -1',
  '2 * 3 == 6',
  '-(7) == context.stepUpAgeMs * -1',
  '-context.stepUpAgeMs < 0',
  '9007199254740991 * 9007199254740991 > 0',
  '9007199254740991 * 1024 + 9007199254740991 > 0',
  '1 < 1',
  '1 <= 1',
  '1 > 1',
  '1 >= 1',
  '1 != 1',
  '"a" < "b"',
  '1 < "b"',
  '"a" <= 1',
  '1 + "a" == 1',
  '"a" + 1 == 1',
  '1 - true == 1',
  '"a" * 1 == 1',
  '-"a" == 1',
];
const LOGIC = [
  'true && false',
  'true && true',
  'false && resource.department == "x"',
  'resource.department == "x" && false',
  'resource.held && resource.department == "sales"',
  'true || resource.department == "x"',
  'resource.held || resource.department == "hr"',
  'resource.department == "hr" || resource.held',
  'false || resource.restricted',
  '1 && true',
  'true && 1',
  'false || 1',
  'resource.held && 1 == 1',
  '!resource.held',
  '!1',
  'if resource.held then true else false',
  'if resource.held then resource.department == "sales" else true',
  'if resource has department then resource.department == "hr" else resource.restricted',
  'if 1 == 1 then resource.held else resource.department == "x"',
  'if 1 == 2 then resource.department == "x" else resource.held',
  'if 1 then true else true',
  '(if resource.held then 1 else 2) == 2',
  '(if resource.held then 1 else 2) < 2',
  '(if resource.held then "a" else "b") == (if resource.restricted then "b" else "a")',
  '(if resource.held then "a" else 1) == 1',
  '(if resource.held then "a" else resource.department) == "hr"',
  '(if resource.held then resource.department else "x") like "s*"',
  '[if resource.held then "ana" else "ben"].contains("ben")',
  '(if resource.held then principal else resource) == principal',
  '(if resource.held then principal else User::"ben") in resource.ownOf',
  'resource.ownOf.contains(if resource.held then User::"ana" else User::"cy")',
  '[User::"ana", if resource.held then User::"ben" else User::"cy"].containsAll(resource.ownOf)',
];
const TEXTS = [
  'resource.region == "eu"',
  'resource.region != "eu"',
  'resource.department == "sales"',
  'resource.department != "sales"',
  'resource has department && resource.department != "sales"',
  'resource.department == principal.department',
  'resource.department == resource.classification',
  'resource has department && resource.department == resource.department',
  'resource.source like "sa\\*les"',
  'resource.source like "sa*les"',
  'resource.source like "*"',
  'resource.department like "*s"',
  'resource.department like "s*s"',
  '"abcabc" like "abc*abc"',
  '"abc" like "abc*abc"',
  '"abc" like "a*"',
  '"abc" like "*b*"',
  '"abc" like "*c*b*"',
  '"abc" like "abc"',
  '"abc" like "ab"',
  '"abc" like "b*"',
  '1 like "a"',
  '"A" == "a"',
];
const ATTRIBUTES = [
  'resource has department',
  'resource has size',
  'resource has startedAt',
  'resource has grants',
  'principal has department',
  'principal has job',
  'principal has classification',
  'context has purpose',
  'context has country',
  'action has x',
  'User::"ben" has role',
  'Recording::"r1" has department',
  'Recording::"r1".held',
  'Recording::"r2".department == "sales"',
  'User::"ana".role == "auditor"',
  'User::"ben".role == "auditor"',
  'principal.job == "clerk"',
  'principal.size == 1',
  'resource.size == 1',
  'context.country == "DE"',
  'context.purpose == "audit"',
  '{a: 1, b: resource.held} has a',
  '{a: 1} has b',
  '{a: {b: 1}} has a.b',
  '{a: {b: 1}} has a.c',
  '{a: 1}.a == 1',
  '{a: 1}.b == 1',
  '{a: resource.department}.a == "hr"',
  '{a: 1} == {a: 1}',
  '{a: 1} == {a: 2}',
  '{a: 1} == {b: 1}',
  '{a: 1} == {a: 1, b: 1}',
  '{a: 1, b: resource.held} == {b: true, a: 1}',
  '1 has a',
  '"x".a == 1',
  'resource has department.x',
  'resource == Recording::"r2"',
  'resource == User::"r2"',
  'principal == User::"ana"',
  'principal == User::"ben"',
  'action == Action::"recording.list"',
  'action == Action::"recording.play"',
];
const SETS = [
  'resource.ownOf.contains(principal)',
  'resource.ownOf.contains(User::"cy")',
  'resource.ownOf.contains(Group::"cy")',
  'resource.ownOf.contains("ana")',
  'resource.ownOf.containsAll([User::"ben", User::"cy"])',
  'resource.ownOf.containsAll([])',
  'resource.ownOf.containsAny([User::"ana", User::"cy"])',
  'resource.ownOf.containsAny([])',
  'resource.ownOf.containsAny(["ana", Group::"ana"])',
  'resource.ownOf.containsAll(resource.ownOf)',
  'resource.ownOf.containsAny(resource.ownOf)',
  'resource.ownOf.containsAll(resource.grants)',
  'resource.ownOf.containsAny(resource.grants)',
  'resource.ownOf == [User::"ben", User::"cy", User::"ben"]',
  'resource.ownOf == []',
  'resource.ownOf == resource.grants',
  '[User::"ana", User::"ben", User::"cy"].containsAll(resource.ownOf)',
  '[User::"ana", "x"].containsAll(resource.ownOf)',
  '[User::"ana"].containsAny(resource.ownOf)',
  '[User::"ana"] == resource.ownOf',
  'resource.ownOf.isEmpty()',
  '[].isEmpty()',
  '[1].isEmpty()',
  '"a".isEmpty()',
  'resource.grants.contains("g2")',
  'resource.grants.contains(User::"g2")',
  'resource.grants.containsAll(["g1", "g2"])',
  '["g1"].containsAll(resource.grants)',
  'principal.groups.contains("hr")',
  'principal.groups.contains(resource.department)',
  'principal.groups.containsAll([resource.region])',
  '[1, 2] == [2, 1, 1]',
  '[1, 2] == [1]',
  '[1, "a"].contains("a")',
  '[1, 2].containsAll([2])',
  '[1, 2].containsAny([3])',
  '[[1]].contains([1])',
  '[resource.department].contains("hr")',
  '1.contains(1)'.replace('1.', '(1).'),
  '(1).containsAll([1])',
  '[1].containsAll(1)',
  '(1).containsAny([1])',
  '[1].containsAny(1)',
];
const ENTITIES = [
  'principal in Role::"auditor"',
  'principal in Role::"engineer"',
  'principal in Group::"hr"',
  'principal in [Group::"x", Group::"eu"]',
  'principal in [Group::"x"]',
  'principal in []',
  'principal in principal',
  'principal in User::"ana"',
  'principal in resource.ownOf',
  'User::"ben" in Group::"hr"',
  'User::"ben" in resource.ownOf',
  'resource in Recording::"r1"',
  'resource in Group::"hr"',
  'action in Action::"recording.list"',
  'principal in "hr"',
  'principal in ["hr"]',
  'principal in [Group::"hr", 1]',
  'principal in principal.groups',
  '"ana" in Group::"hr"',
  'principal is User',
  'principal is Group',
  'resource is Recording',
  'resource is Tenant',
  'principal is User in Group::"hr"',
  'principal is User in Group::"x"',
  'principal is Group in 1',
  'principal is User in 1',
  '1 is User',
  'principal.hasTag("x")',
  'principal.hasTag(1)',
  '(1).hasTag("x")',
  'principal.getTag("x") == 1',
];
const EXTENSIONS = [
  'context.address.isIpv4()',
  'context.address.isIpv6()',
  'context.address.isInRange(ip("10.1.0.0/16"))',
  'context.address.isInRange(ip("10.2.0.0/16"))',
  'context.address == ip("10.1.2.3/32")',
  'context.address == ip("10.1.2.4")',
  'context.address == decimal("1.0")',
  'ip("nowhere").isIpv4()',
  'ip(1).isIpv4()',
  'context.address.isInRange("10.1.0.0/16")',
  'context.address.lessThan(decimal("1.0"))',
  'decimal("1.0") == decimal("1.00")',
  'decimal("1.0").lessThan(decimal("1.1"))',
  'decimal("1.1").greaterThanOrEqual(decimal("1.2"))',
  'decimal("x") == decimal("1.0")',
  'decimal("1.0") < decimal("1.1")',
  'resource.startedAt == datetime("2026-03-01T09:00:00Z")',
  'resource.startedAt < datetime("2026-03-01T09:00:00Z")',
  'resource.startedAt <= datetime("2026-03-01T09:00:00Z")',
  'resource.startedAt > datetime("2026-03-01T09:00:00Z")',
  'resource.startedAt >= datetime("2026-03-01T09:00:00Z")',
  'resource.startedAt != context.now',
  'resource.startedAt >= context.now.offset(duration("-1d"))',
  'resource.startedAt.offset(duration("1ms")) == context.now.offset(duration("2ms"))',
  'resource.startedAt.toDate() == datetime("2026-03-01")',
  'resource.startedAt.toTime() == duration("9h")',
  'context.now.durationSince(resource.startedAt) > duration("1d")',
  'context.now.durationSince(resource.startedAt).toDays() == 1',
  'context.now.durationSince(resource.startedAt).toMilliseconds() == -1',
  'context.now.durationSince(resource.startedAt).toHours() == 24',
  'duration("-1ms").toSeconds() == 0',
  'duration("-61s").toMinutes() == -1',
  'datetime("1969-12-31T23:00:00Z").toDate() == datetime("1969-12-31")',
  'datetime("1969-12-31T23:00:00Z").toTime() == duration("23h")',
  'resource.startedAt.toTime().toMilliseconds() * 9007199254740991 > 0',
  'resource.startedAt.toTime().toMilliseconds() * 9007199254740991 * 1024 < 0',
  'resource.startedAt.offset(duration("106751991167d")) > context.now',
  'resource.startedAt.offset(1) > context.now',
  'resource.startedAt.durationSince(duration("1d")) > duration("1d")',
  'resource.startedAt.toHours() == 1',
  'duration("1d").toDate() == context.now',
  'duration("1d").offset(duration("1d")) == duration("2d")',
  'duration("1d") == duration("24h")',
  'duration("1d") == 86400000',
  'duration("1d") < context.now',
  'datetime("2026-02-30") == context.now',
  'duration("1x") == duration("1d")',
  'datetime(1) == context.now',
  '(1).toDate() == 1',
];

describe('an example of a condition says of each recording what Cedar says', () => {
  test.each([...NUMBERS, ...LOGIC, ...TEXTS, ...ATTRIBUTES, ...SETS, ...ENTITIES, ...EXTENSIONS])(
    '%s',
    (condition) => {
      compared(policyOf(`permit(principal, action, resource) when { ${condition} };`));
      compared(policyOf(`permit(principal, action, resource) unless { ${condition} };`));
    },
  );

  test('and they are not all the same', () => {
    const said = new Set(
      LOGIC.flatMap((one) => compared(policyOf(`permit(principal, action, resource) when { ${one} };`))),
    );
    expect([...said].sort()).toEqual(['does not', 'errs', 'holds']);
  });
});

describe('an example of a head says of each recording what Cedar says', () => {
  test.each([
    'principal, action, resource',
    'principal == User::"ana", action, resource',
    'principal == User::"ben", action, resource',
    'principal in Group::"hr", action, resource',
    'principal is User, action, resource is Recording',
    'principal is User in Role::"engineer", action, resource',
    'principal is Group, action, resource',
    'principal, action == Action::"recording.list", resource == Recording::"r2"',
    'principal, action == Action::"recording.play", resource',
    'principal, action in [Action::"recording.play", Action::"recording.list"], resource',
    'principal, action in [Action::"recording.play"], resource',
    'principal, action in Action::"recording.list", resource in Recording::"r1"',
    'principal, action, resource is Tenant',
    'principal, action, resource is Recording in Recording::"r3"',
  ])('%s', (head) => {
    compared(policyOf(`permit(${head});`));
    compared(policyOf(`permit(${head}) when { resource.department == "sales" } unless { resource.held };`));
  });
});

describe('what no formula can say', () => {
  const compiled = (text: string) => compilePolicy(policyOf(text), new Store(question));
  const touched = (text: string) => {
    const { holds, errs, unlistable } = compiled(text);
    expect([unlistable, errs]).toEqual([expect.stringMatching(/./), false]);
    return ROWS.filter((row) => holdsForRow(holds, row)).map(({ id }) => id);
  };
  const made = 'ip(resource.source).isIpv4()';

  test('allows nothing, and forbids all that the head is about', () => {
    expect(touched(`permit(principal, action, resource) when { ${made} };`)).toEqual([]);
    expect(touched(`forbid(principal, action, resource) when { ${made} };`)).toEqual(['r1', 'r2', 'r3']);
    expect(touched(`forbid(principal, action, resource == Recording::"r2") when { ${made} };`)).toEqual([
      'r2',
    ]);
    const another = compiled(`forbid(principal == User::"ben", action, resource) when { ${made} };`);
    expect(another).toEqual({ holds: false, errs: false });
  });

  test('is told in a sentence', () => {
    const why = (when: string) =>
      compiled(`permit(principal, action, resource) when { ${when} };`).unlistable;
    expect(why(made)).toBe('ip() is given a text of the recording.');
    const either = Array.from(
      { length: 16 },
      (_, n) => `(if resource.source == "${n}" then 1 else ${n + 2})`,
    );
    expect(why(`${either.join(' + ')} == 9`)).toBe('It has too many conditions within conditions.');
    expect(why(`${either.slice(0, 4).join(' + ')} == 9`)).toBeUndefined();
  });
});
