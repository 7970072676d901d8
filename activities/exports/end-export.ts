import { isExportOver } from '../../recorder-core/policy/export-state.ts';
import { revokeLinks } from '../../recorder-core/records/export-links.ts';
import { lockExport, moveExport } from '../../recorder-core/records/exports.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { ExportActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { removeObjects } from './remove-objects.ts';

/** See `ExportActivities.endExport`. */
export function endExport(
  deps: Pick<ActivityDependencies, 'db' | 'objects' | 'now'>,
): ExportActivities['endExport'] {
  return async ({ tenantId, exportId, failure }) => {
    const over = await deps.db.forTenant(tenantId, async (tx) => {
      const found = await lockExport(tx, exportId);
      if (found === undefined || isExportOver(found.state)) return true;
      const now = deps.now();
      const at = now.toISOString();
      const event =
        Date.parse(found.expiresAt) <= now.getTime() ? 'expire' : failure === undefined ? null : 'fail';
      if (event === null) return false;
      const reason = event === 'fail' ? failure : undefined;
      const end = { endedAt: at, ...(reason === undefined ? {} : { reason }) };
      if (!(await moveExport(tx, found, event, end))) return false;
      await revokeLinks(tx, exportId, at);
      await appendLeaf(tx, tenantId, {
        at: now,
        act: event === 'expire' ? 'export.expired' : 'export.failed',
        object: { type: 'export', id: exportId },
        outcome: event === 'expire' ? 'done' : 'failed',
        facts: { was: found.state },
      });
      return true;
    });
    if (over) await removeObjects(deps, tenantId, exportId);
    return { over };
  };
}
