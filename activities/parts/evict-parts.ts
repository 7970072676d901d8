import { readStandingTombstone } from '../../recorder-core/records/tombstones.ts';
import type { PartDisposalActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { evict } from '../lifecycle/evict-keys.ts';
import { requirePartDisposal } from './require-part-disposal.ts';

/** See `PartDisposalActivities.evictParts`. Whoever begins to read after the tombstone does not find the keys any more. */
export function evictParts(deps: ActivityDependencies): PartDisposalActivities['evictParts'] {
  return async ({ tenantId, disposalId }) => {
    const tombstone = await deps.db.forTenant(tenantId, async (tx) => {
      const { tombstoneId } = await requirePartDisposal(tx, disposalId);
      return tombstoneId === null ? undefined : readStandingTombstone(tx, tombstoneId);
    });
    if (tombstone === undefined) return { processes: 0 };
    return evict(deps, tenantId, { id: tombstone.id, recordingId: tombstone.recordingId });
  };
}
