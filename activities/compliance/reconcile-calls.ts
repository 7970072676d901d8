import { lockReconciliation, noteReconciliation } from '../../recorder-core/records/reconciliations.ts';
import { reconcileWindow } from '../../recorder-core/records/reconcile-window.ts';
import type { ComplianceActivities } from '../compliance-contract.ts';
import type { ComplianceDependencies } from './compliance-dependencies.ts';

/** What is compared in one transaction. */
const STEP_MS = 2 * 3_600_000;

/** See `ComplianceActivities.reconcileCalls`. */
export function reconcileCalls(deps: ComplianceDependencies): ComplianceActivities['reconcileCalls'] {
  return async ({ tenantId, reconciliationId }) => {
    for (;;) {
      const done = await deps.db.forTenant(tenantId, async (tx) => {
        const found = await lockReconciliation(tx, reconciliationId);
        if (found === undefined || found.endedAt !== null) return found?.tally ?? {};
        const from = new Date(found.doneTo);
        const to = new Date(Math.min(Date.parse(found.to), from.getTime() + STEP_MS));
        const now = deps.now();
        const { callSecret } = deps.compliance;
        const tally = await reconcileWindow(tx, { tenantId, now, newId: deps.newId, callSecret, from, to });
        const sum = Object.fromEntries(
          Object.entries(tally).map(([name, count]) => [name, count + (found.tally[name] ?? 0)]),
        );
        const ended = to.getTime() >= Date.parse(found.to);
        await noteReconciliation(tx, reconciliationId, to, sum, ended ? now : null);
        return ended ? sum : undefined;
      });
      if (done !== undefined) return { missing: done['missing'] ?? 0, unlisted: done['unlisted'] ?? 0 };
    }
  };
}
