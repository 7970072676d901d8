import { ROLES } from '../../../../recorder-core/policy/access.ts';
import { readTenantRegion } from '../../../../recorder-core/records/tenants.ts';
import { countByRole } from '../../../../recorder-core/records/users.ts';
import { roleMatrix } from '../../../access-policies/role-matrix.ts';
import { policiesFor } from '../../../access/policy-sets.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { roleMatrixView } from '../../schemas/access-policy.ts';

/** What each role may do, asked of the policies in force. */
export const roles = defineEndpoint({
  method: 'get',
  path: '/roles',
  summary:
    'What each role may do by the policies in force, for somebody in no group and without a grant; walls, restriction and residency decide on top of it.',
  act: 'access-policy.read',
  response: roleMatrixView,
  async handle({ tx, now }) {
    const set = await policiesFor(tx);
    const counts = await countByRole(tx);
    return {
      version: set.version,
      roles: ROLES.map((role) => ({ role, people: counts.get(role) ?? 0 })),
      acts: roleMatrix(set, await readTenantRegion(tx), now),
    };
  },
});
