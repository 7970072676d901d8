import { applyRoleChange as apply } from '../../recorder-core/records/apply-role-change.ts';
import { readRoleChange } from '../../recorder-core/records/role-changes.ts';
import type { PeopleActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requireSaneClock } from '../lifecycle/sane-clock.ts';

/** See `PeopleActivities.applyRoleChange`. By a clock that is wrong nobody leaves before their date: that waits for the clock. */
export function applyRoleChange(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'clockOf'>,
): PeopleActivities['applyRoleChange'] {
  return ({ tenantId, changeId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const change = await readRoleChange(tx, changeId);
      if (change?.state === 'waiting' && Date.parse(change.effectiveAt) <= now.getTime())
        await requireSaneClock(deps, tx, now, 'no change of a person is made by its date');
      return apply(tx, { tenantId, now, newId: deps.newId }, changeId);
    });
}
