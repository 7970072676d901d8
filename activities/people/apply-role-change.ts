import { applyRoleChange as apply } from '../../recorder-core/records/apply-role-change.ts';
import type { PeopleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `PeopleActivities.applyRoleChange`. */
export function applyRoleChange(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId'>,
): PeopleActivities['applyRoleChange'] {
  return ({ tenantId, changeId }) =>
    deps.db.forTenant(tenantId, (tx) =>
      apply(tx, { tenantId, now: deps.now(), newId: deps.newId }, changeId),
    );
}
