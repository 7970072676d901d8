import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { ROLES } from '../../recorder-core/policy/access.ts';
import { compileRoleRules, roleOf, roleRuleList, type RoleAttributes, type RoleRule } from './role-rules.ts';

const PERSON: RoleAttributes = {
  groups: ['Compliance EMEA', 'Staff'],
  department: 'Legal',
  job: null,
  email: 'officer@tenant.example',
  source: 'Corporate',
  attributes: { memberOf: ['cn=records'], country: ['DE'] },
};
const ask = (rules: readonly RoleRule[], about: Partial<RoleAttributes> = {}) =>
  roleOf(compileRoleRules(rules), { ...PERSON, ...about });

describe('rules from groups to roles', () => {
  test('are asked in their order, and the first that fits decides', () => {
    const rules: RoleRule[] = [
      { id: 'admins', when: "'Administrators' in groups", role: 'administrator' },
      { id: 'legal', when: "department == 'Legal' && source == 'Corporate'", role: 'compliance_officer' },
      { id: 'staff', when: "'Staff' in groups", role: 'auditor' },
    ];
    expect(ask(rules)).toEqual({ role: 'compliance_officer', rule: 'legal' });
    expect(ask(rules, { department: 'Sales' })).toEqual({ role: 'auditor', rule: 'staff' });
    expect(ask(rules, { department: null, groups: [] })).toEqual({ role: null, rule: null });
    expect(ask(rules, { groups: ['Administrators'] })).toMatchObject({ role: 'administrator' });
  });

  test('that ask for an attribute which did not come do not fit', () => {
    const rules: RoleRule[] = [
      { id: 'cost', when: "'7' in attributes.costCentre", role: 'administrator' },
      { id: 'country', when: "'DE' in attributes.country", role: 'auditor' },
    ];
    expect(ask(rules)).toEqual({ role: 'auditor', rule: 'country' });
  });

  test('end without a role where one cannot be evaluated: a later one may give more', () => {
    const rules: RoleRule[] = [
      { id: 'number', when: 'int(department) > 7', role: 'auditor' },
      { id: 'all', when: 'true', role: 'administrator' },
    ];
    expect(ask(rules)).toMatchObject({ role: null, rule: 'number', fault: expect.any(String) });
  });

  test('are refused with the place of the fault', () => {
    const wrong = (when: string) => {
      try {
        compileRoleRules([
          { id: 'first', when: 'true', role: 'auditor' },
          { id: 'second', when, role: 'auditor' },
        ]);
      } catch (error) {
        return isHoldfastError(error) ? { code: error.code, field: error.field } : error;
      }
      return 'nothing';
    };
    for (const when of ['groups +', "'a' in nobody", "groups == 'a'", "'text'", 'department.size > 1'])
      expect({ when, ...(wrong(when) as object) }).toEqual({
        when,
        code: 'invalid_input',
        field: '/body/rules/1/when',
      });
    expect(roleRuleList.safeParse([{ id: 'A b', when: 'true', role: 'auditor' }]).success).toBe(false);
    expect(roleRuleList.safeParse([{ id: 'a', when: 'true', role: 'root' }]).success).toBe(false);
    const twice = { id: 'a', when: 'true', role: 'auditor' };
    expect(roleRuleList.safeParse([twice, twice]).success).toBe(false);
  });

  test('answer the role of the first group that is listed, for any groups and any order', () => {
    const group = fc.constantFrom('a', 'b', 'c', 'd', "o'brien", 'groß', '名');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ group, role: fc.constantFrom(...ROLES) }), {
          selector: (each) => each.group,
        }),
        fc.array(group),
        (listed, groups) => {
          const rules = listed.map((each, at) => ({
            id: `r${at}`,
            when: `${JSON.stringify(each.group)} in groups`,
            role: each.role,
          }));
          const first = listed.findIndex((each) => groups.includes(each.group));
          expect(ask(rules, { groups })).toEqual(
            first === -1 ? { role: null, rule: null } : { role: listed[first]!.role, rule: `r${first}` },
          );
        },
      ),
    );
  });
});
