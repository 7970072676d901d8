import { HoldfastError } from '../../recorder-core/errors.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { eraseObjects } from '../../recorder-core/vault/erase-objects.ts';
import type { PartDisposalActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requirePartDisposal } from './require-part-disposal.ts';
import type { Tx } from '../../recorder-core/records/database.ts';

/** See `PartDisposalActivities.destroyPartObjects`. */
export function destroyPartObjects(deps: ActivityDependencies): PartDisposalActivities['destroyPartObjects'] {
  return async ({ tenantId, disposalId }) => {
    const parts = await deps.db.forTenant(tenantId, (tx) => requireKeysGone(tx, disposalId));
    let deleted = 0;
    for (const { objectKey } of parts) {
      let erasure = await eraseObjects(deps.objects, objectKey);
      if (erasure.remaining.some(({ legalHold }) => legalHold)) {
        // The last decision found no hold, so one in the store was left behind by a change that had not arrived there.
        await deps.objects.lock?.setLegalHold(objectKey, false);
        deleted += erasure.deleted;
        erasure = await eraseObjects(deps.objects, objectKey);
      }
      deleted += erasure.deleted;
    }
    return { deleted };
  };
}

/** The parts that an order has destroyed. @throws HoldfastError `held` while a key of them stands. */
export async function requireKeysGone(tx: Tx, disposalId: string): Promise<Part[]> {
  const { recordingId, partIds, keptIds } = await requirePartDisposal(tx, disposalId);
  const parts = (await readParts(tx, recordingId)).filter(
    ({ id }) => partIds.includes(id) && !keptIds.includes(id),
  );
  const keks = await readKekIds(tx, recordingId);
  if (!parts.some(({ id, destroyedAt }) => keks.has(id) || destroyedAt === null)) return parts;
  throw new HoldfastError('held', 'The keys of these parts still stand, so nothing of them is deleted.');
}
