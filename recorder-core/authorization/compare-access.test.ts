import { describe, expect, test } from '@jest/globals';
import { context, principal, recording } from '../../test/support/access-questions.ts';
import { ROLES } from '../policy/access.ts';
import { checkPolicies } from './check-policies.ts';
import { classInWords, compareAccess, type AccessComparison } from './compare-access.ts';
import { canBeChanged } from './lockout.ts';
import { makePolicySet, type PolicySet } from './policy-set.ts';

function setOf(text: string): PolicySet {
  const { policies, faults } = checkPolicies(text);
  expect(faults).toEqual([]);
  return makePolicySet(
    1,
    policies.map(({ policy }) => policy),
  );
}

const NOTHING = setOf('');
const people = ROLES.map((role) => ({ name: `The ${role}`, principal: principal({ id: role, role }) }));
const classes = [
  { recordings: 40, example: recording() },
  { recordings: 2, example: recording({ department: 'support', classification: 'complaint', held: true }) },
];
const compare = (before: PolicySet, after: PolicySet, changed: Partial<AccessComparison> = {}) =>
  compareAccess({ before, after, people, classes, context: context(), questions: 10_000, ...changed });

describe('the comparison of two sets of policies', () => {
  const complaints = setOf(`@id("own/complaints") @says("Complaints.")
    permit(principal in Role::"supervisor", action == Action::"recording.play", resource is Recording)
    when { resource has classification && resource.classification == "complaint" };`);

  test('names who gains which act on how many recordings, by which policy', () => {
    expect(compare(NOTHING, complaints)).toEqual({
      changes: [
        {
          change: 'gains',
          act: 'recording.play',
          about: 'recordings',
          rule: 'own/complaints',
          people: [{ id: 'supervisor', name: 'The supervisor' }],
          peopleCount: 1,
          recordings: 2,
          classes: ['department support, complaint, region eu, source desk, standard, held'],
        },
      ],
      acts: ['recording.play'],
      asked: 15,
      left: 0,
    });
  });

  test('names the losers by what refuses them then', () => {
    expect(compare(complaints, NOTHING).changes).toMatchObject([
      { change: 'loses', rule: 'access/default-deny', people: [{ id: 'supervisor' }] },
    ]);
    const closed = setOf(`@id("own/closed") @says("Closed.")
      forbid(principal, action in [Action::"recording.play", Action::"recording.read"], resource)
      when { context.means == "session" };`);
    const { changes } = compare(NOTHING, closed);
    expect(changes.every(({ change, rule }) => change === 'loses' && rule === 'own/closed')).toBe(true);
    expect(
      changes.map(({ act, about, peopleCount, recordings }) => [act, about, peopleCount, recordings]),
    ).toEqual([
      ['recording.read', 'tenant', 3, null],
      ['recording.read', 'recordings', 4, 42],
      ['recording.play', 'tenant', 2, null],
      ['recording.play', 'recordings', 3, 42],
    ]);
  });

  test('looks at own recordings where policies speak of them', () => {
    const own = setOf(`@id("own/mine") @says("Mine.")
      permit(principal in Role::"engineer", action == Action::"recording.play", resource is Recording)
      when { resource.ownOf.contains(principal) };`);
    expect(compare(NOTHING, own).changes).toMatchObject([{ about: 'own', recordings: null, peopleCount: 1 }]);
    // What changes for all recordings is not told once more for one's own.
    const both = setOf(`@id("own/desk") @says("Desk.")
      permit(principal in Role::"engineer", action == Action::"recording.play", resource is Recording)
      when { resource.source == "desk" || resource.ownOf.contains(principal) };`);
    expect(compare(NOTHING, both).changes).toMatchObject([{ about: 'recordings', recordings: 42 }]);
  });

  test('names people in the order of their names, at most fifty, and counts them all', () => {
    const many = Array.from({ length: 60 }, (_, index) => {
      const number = String((index * 37) % 60).padStart(2, '0');
      return {
        name: `Person ${number}`,
        principal: principal({ id: `person-${index}`, role: 'supervisor' }),
      };
    });
    const [change] = compare(NOTHING, complaints, { people: many }).changes;
    expect(change?.peopleCount).toBe(60);
    expect(change?.people.map(({ name }) => name)).toEqual(
      Array.from({ length: 50 }, (_, index) => `Person ${String(index).padStart(2, '0')}`),
    );
  });

  test('names at most ten classes, and counts the recordings of all', () => {
    const sources = Array.from({ length: 12 }, (_, index) => ({
      recordings: 3,
      example: recording({ department: 'support', classification: 'complaint', source: `desk-${index}` }),
    }));
    const [change] = compare(NOTHING, complaints, { classes: sources }).changes;
    expect(change?.recordings).toBe(36);
    expect(change?.classes).toEqual(
      sources
        .slice(0, 10)
        .map(({ example }) => `department support, complaint, region eu, source ${example.source}, standard`),
    );
  });

  test('counts what is left over tenant, classes and own recordings of each group of people', () => {
    const own = setOf(`@id("own/mine") @says("Mine.")
      permit(principal in Role::"engineer", action in [Action::"recording.play", Action::"recording.read"], resource is Recording)
      when { resource.ownOf.contains(principal) };`);
    const groups = people.length;
    const outcome = compare(NOTHING, own, { questions: 5 });
    expect([outcome.asked, outcome.left]).toEqual([5, groups * 2 * (1 + 2 + 1) - 5]);
    const without = compare(NOTHING, own, { questions: 5, classes: [] });
    expect([without.asked, without.left]).toEqual([5, groups * 2 - 5]);
  });

  test('finds nothing, and asks nothing, where only sentences differ', () => {
    const said = setOf(`@id("own/complaints") @says("Other words.")
      permit(principal in Role::"supervisor", action == Action::"recording.play", resource is Recording)
      when { resource has classification && resource.classification == "complaint" };`);
    expect(compare(complaints, said)).toEqual({ changes: [], acts: [], asked: 0, left: 0 });
  });

  test('says how many questions it did not ask any more', () => {
    expect(compare(NOTHING, complaints, { questions: 4 })).toMatchObject({ asked: 4, left: 11 });
  });

  test('asks about each person where a policy names one', () => {
    const twins = ['a', 'b'].map((id) => ({ name: id, principal: principal({ id, role: 'engineer' }) }));
    const named = setOf(`@id("own/b") @says("B.")
      permit(principal == User::"b", action == Action::"recording.read", resource is Recording);`);
    expect(compare(NOTHING, named, { people: twins }).changes).toMatchObject([{ people: [{ id: 'b' }] }]);
  });
});

describe('policies', () => {
  const two = ['administrator', 'compliance_officer'].map((role) => principal({ id: role, role }));
  const may = (text: string, who = two, circumstances = [context()]) =>
    canBeChanged(setOf(text), who, circumstances);

  test('can be changed by an administrator together with somebody else who may publish', () => {
    expect(may('')).toBe(true);
    expect(may('', [principal({ id: 'a', role: 'administrator' })])).toBe(false);
    expect(
      may('', [principal({ id: 'o', role: 'compliance_officer' }), principal({ id: 'e', role: 'engineer' })]),
    ).toBe(false);
    expect(
      may(
        '',
        two.map((one) => ({ ...one, kind: 'service' as const })),
      ),
    ).toBe(false);
  });

  test.each(['access-policy.read', 'access-policy.manage', 'access-policy.publish', 'approval.decide'])(
    'that forbid %s to everybody lock everybody out',
    (act) => {
      expect(may(`@id("own/no") @says("No.") forbid(principal, action == Action::"${act}", resource);`)).toBe(
        false,
      );
    },
  );

  test('that forbid it from where nobody is do not lock out those who are elsewhere', () => {
    const office = `@id("own/office") @says("Office.") forbid(principal, action, resource)
      unless { context has address && context.address.isInRange(ip("192.0.2.0/24")) };`;
    expect(may(office, two, [context({ address: '198.51.100.1' })])).toBe(false);
    expect(may(office, two, [context({ address: '198.51.100.1' }), context()])).toBe(true);
  });
});

test('a class of recordings in words says what differs, and nothing usual', () => {
  expect(classInWords(recording())).toBe('department sales, region eu, source desk, standard');
  expect(
    classInWords(recording({ department: null, classification: 'hr', restricted: true, held: true })),
  ).toBe('no department, hr, region eu, source desk, standard, restricted, held');
});
