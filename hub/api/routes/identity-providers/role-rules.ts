import { readRoleRules } from '../../../../recorder-core/records/role-rules.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { changeRoleRules, previewRoleRules } from '../../../identity/change-role-rules.ts';
import { compileRoleRules, roleOf, roleRuleList } from '../../../identity/role-rules.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import {
  changedRoleRules,
  roleRules as response,
  roleRulesPreview,
  triedRoleRules,
} from '../../schemas/identity-provider.ts';

/** The rules from groups and attributes to roles, and what they would come to. */
export const roleRules = [
  defineEndpoint({
    method: 'get',
    path: '/role-rules',
    summary: 'The ordered rules from groups and attributes to roles; the first that fits decides.',
    act: 'identity-provider.read',
    response,
    handle: ({ tx }) => present(tx),
  }),
  defineEndpoint({
    method: 'post',
    path: '/role-rules',
    summary:
      'Puts other rules in the place of one version; people get their role by them at their next sign-in.',
    act: 'identity-provider.manage',
    body: changedRoleRules,
    response,
    async handle({ body, tx, ...call }) {
      await changeRoleRules(tx, askingOf(call), body);
      return present(tx);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/role-rules/preview',
    summary:
      'What rules would give a person who is described, and whose role they would change; changes nothing.',
    act: 'identity-provider.read',
    body: triedRoleRules,
    response: roleRulesPreview,
    async handle({ body: { rules, person }, tx }) {
      const answer = person === undefined ? null : roleOf(compileRoleRules(rules), person);
      return { answer, changes: await previewRoleRules(tx, rules) };
    },
  }),
];

async function present(tx: Tx) {
  const { version, rules, changedAt } = await readRoleRules(tx);
  return { version, rules: roleRuleList.parse(rules), changedAt };
}
