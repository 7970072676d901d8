import { expect, test } from '@jest/globals';
import { publishedPolicySet } from '../../recorder-core/authorization/check-policies.ts';
import { shippedPolicies } from '../../recorder-core/authorization/policy-set.ts';
import { decideAccess, heldActs, ROLES } from '../../recorder-core/policy/access.ts';
import { STEP_UP_ACTS } from '../../recorder-core/policy/step-up.ts';
import { roleMatrix } from './role-matrix.ts';

const NOW = new Date('2026-11-27T12:00:00.000Z');

test('without policies of our own, a role may what the table of roles says, and proves itself where step-up says so', () => {
  for (const { act, rights } of roleMatrix(shippedPolicies(), 'eu-central', NOW))
    for (const role of ROLES) {
      const own = heldActs(role).some((held) => held.act === act && held.scope === 'department');
      const may = decideAccess({ role, act }).allowed ? 'all' : own ? 'department' : 'nothing';
      const proof = may !== 'nothing' && (STEP_UP_ACTS as readonly string[]).includes(act);
      expect({ act, role, ...rights[role] }).toMatchObject({ act, role, may, proof });
      expect(rights[role].policies.length > 0).toBe(may !== 'nothing');
    }
});

test('what our own policies give or forbid is seen', () => {
  const text = `@id("own/hear") @says("Auditors hear.")
permit(principal in Role::"auditor", action == Action::"recording.play", resource is Recording);
@id("own/no") @says("No reports.")
forbid(principal in Role::"auditor", action == Action::"report.read", resource);`;
  const matrix = roleMatrix(publishedPolicySet(1, text), 'eu-central', NOW);
  const auditor = (act: string) => matrix.find((row) => row.act === act)?.rights.auditor;
  expect(auditor('recording.play')).toEqual({ may: 'all', proof: false, policies: ['own/hear'] });
  expect(auditor('report.read')).toMatchObject({ may: 'nothing' });
});
