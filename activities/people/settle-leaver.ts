import { endAccess, nothingEnded } from '../../recorder-core/records/end-access.ts';
import { handOverDuties } from '../../recorder-core/records/hand-over-duties.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readPerson } from '../../recorder-core/records/people.ts';
import { readRoleChange } from '../../recorder-core/records/role-changes.ts';
import type { PeopleActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `PeopleActivities.settleLeaver`. */
export function settleLeaver(
  deps: Pick<ActivityDependencies, 'db' | 'now'>,
): PeopleActivities['settleLeaver'] {
  return ({ tenantId, changeId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const change = await readRoleChange(tx, changeId);
      const person = change && (await readPerson(tx, change.personId));
      if (person === undefined || person.status === 'active') return { clean: true, things: 0 };
      const ended = await endAccess(tx, person, now.toISOString());
      const clean = nothingEnded(ended);
      if (!clean) {
        await appendLeaf(tx, tenantId, {
          at: now,
          act: 'access.ended',
          object: { type: 'user', id: person.id },
          outcome: 'done',
          facts: { change: changeId, ...ended },
        });
      }
      const { things } = await handOverDuties(tx, { tenantId, now }, changeId);
      return { clean, things };
    });
}
