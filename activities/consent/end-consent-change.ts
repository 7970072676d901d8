import {
  endConsentChange as endRow,
  tallyConsentChanges,
} from '../../recorder-core/records/consent-changes.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { ConsentActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `ConsentActivities.endConsentChange`. */
export function endConsentChange(
  deps: Pick<ActivityDependencies, 'db' | 'now'>,
): ConsentActivities['endConsentChange'] {
  return ({ tenantId, changeId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const results = (await tallyConsentChanges(tx, [changeId])).get(changeId) ?? {};
      if (!(await endRow(tx, changeId, now.toISOString()))) return;
      await appendLeaf(tx, tenantId, {
        at: now,
        act: 'consent.applied',
        object: { type: 'consent-change', id: changeId },
        outcome: 'done',
        facts: { results: { ...results } },
      });
    });
}
