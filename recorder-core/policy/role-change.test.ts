import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROLES } from './access.ts';
import {
  decideRoleChange,
  mapRole,
  NO_ROLE,
  PERSON_STATUSES,
  ROLE_OPERATIONS,
  type AskedRoleChange,
} from './role-change.ts';

const RUNS = Number(process.env['HOLDFAST_PROPERTY_RUNS'] ?? 500);
const word = fc.constantFrom('Legal', 'legal', 'Sales', 'Desk');
const mapping = fc.record({
  department: fc.option(word),
  job: fc.option(word),
  role: fc.constantFrom(...ROLES, 'no-such-role'),
});
const current = fc.record({
  name: fc.constantFrom('Ada', 'Bob'),
  role: fc.constantFrom(...ROLES, NO_ROLE),
  status: fc.constantFrom(...PERSON_STATUSES),
  department: fc.option(word),
  job: fc.option(word),
  managerId: fc.option(fc.constantFrom('m', 'n')),
  changedAtMs: fc.option(fc.nat(10)),
});
const asked: fc.Arbitrary<AskedRoleChange> = fc.record({
  operation: fc.constantFrom(...ROLE_OPERATIONS),
  wanted: fc.record(
    {
      name: fc.constantFrom('Ada', 'Bob'),
      department: fc.option(word),
      job: fc.option(word),
      role: fc.constantFrom(...ROLES),
    },
    { requiredKeys: [] },
  ),
  occurredAtMs: fc.nat(10),
  current: fc.option(current, { nil: undefined }),
  mappings: fc.array(mapping, { maxLength: 4 }),
  otherAdministrators: fc.nat(2),
});

describe('a change of a person', () => {
  test('never removes the last active administrator, by whatever it does', () => {
    fc.assert(
      fc.property(asked, (change) => {
        const decision = decideRoleChange(change);
        const was = change.current?.status === 'active' && change.current.role === 'administrator';
        if (!was || change.otherAdministrators > 0 || decision.outcome !== 'applied') return;
        expect(decision.after).toMatchObject({ status: 'active', role: 'administrator' });
      }),
      { numRuns: RUNS },
    );
  });

  test('that is older than the newest one applied changes nothing', () => {
    fc.assert(
      fc.property(asked, (change) => {
        const known = change.current?.changedAtMs ?? null;
        if (known === null || change.occurredAtMs >= known) return;
        expect(decideRoleChange(change)).toEqual({ outcome: 'unchanged', rule: 'role-change/old-news' });
      }),
      { numRuns: RUNS },
    );
  });

  test('applied twice changes nothing the second time', () => {
    fc.assert(
      fc.property(asked, (change) => {
        const first = decideRoleChange(change);
        if (first.outcome !== 'applied') return;
        const again = decideRoleChange({
          ...change,
          current: { ...first.after, changedAtMs: change.occurredAtMs },
        });
        expect(again.outcome).toBe('unchanged');
      }),
      { numRuns: RUNS },
    );
  });

  test('leaves nobody signed in who may not be, and nobody with a role that is none of ours', () => {
    fc.assert(
      fc.property(asked, (change) => {
        const decision = decideRoleChange(change);
        if (decision.outcome !== 'applied') return;
        const { after, accessEnds } = decision;
        expect(accessEnds).toBe(after.status !== 'active');
        if (after.status === 'left') expect(after.role).toBe(NO_ROLE);
        expect([...ROLES, NO_ROLE]).toContain(after.role);
      }),
      { numRuns: RUNS },
    );
  });

  test('of whom nobody knows is refused, but for a hire and a leave', () => {
    const base = {
      wanted: { name: 'Ada' },
      occurredAtMs: 1,
      current: undefined,
      mappings: [],
      otherAdministrators: 1,
    };
    const outcomes = ROLE_OPERATIONS.map((operation) => decideRoleChange({ ...base, operation }).outcome);
    expect(outcomes).toEqual(['applied', 'refused', 'refused', 'refused', 'applied']);
  });

  test('of who has left is refused, but for a new hire', () => {
    const left = {
      name: 'Ada',
      role: NO_ROLE,
      status: 'left',
      department: null,
      job: null,
      managerId: null,
      changedAtMs: 5,
    } as const;
    const base = { wanted: {}, occurredAtMs: 9, current: left, mappings: [], otherAdministrators: 1 };
    expect(decideRoleChange({ ...base, operation: 'move' }).rule).toBe('role-change/has-left');
    expect(decideRoleChange({ ...base, operation: 'leave' }).rule).toBe('role-change/no-change');
    const mappings = [{ department: null, job: null, role: 'auditor' }];
    expect(decideRoleChange({ ...base, operation: 'hire', mappings })).toMatchObject({
      outcome: 'applied',
      after: { status: 'active', role: 'auditor' },
    });
  });
});

describe('the mapping of places to roles', () => {
  const rows = [
    { department: null, job: null, role: 'engineer' },
    { department: 'Legal', job: null, role: 'auditor' },
    { department: null, job: 'Counsel', role: 'auditor' },
    { department: 'Legal', job: 'Counsel', role: 'compliance_officer' },
    { department: 'Desk', job: null, role: 'no-such-role' },
  ];
  test.each([
    ['Legal', 'Counsel', 'compliance_officer'],
    ['legal', 'counsel', 'compliance_officer'],
    ['Legal', 'Clerk', 'auditor'],
    ['Sales', 'Counsel', 'auditor'],
    ['Sales', null, 'engineer'],
    ['Desk', null, 'engineer'], // a row with an unknown role counts as none
    [null, null, 'engineer'],
  ])('of %s and %s gives %s: the most specific row', (department, job, role) => {
    expect(mapRole(rows.toReversed(), { department, job })).toBe(role);
  });

  test('gives no role where no row fits', () => {
    expect(mapRole(rows.slice(1), { department: 'Sales', job: null })).toBeUndefined();
  });
});
