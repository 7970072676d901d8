import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { removeSpoolFolder } from '../../recorder-core/capture/spool-folder.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readKekIds } from '../../recorder-core/records/keys.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { eraseObjects } from '../../recorder-core/vault/erase-objects.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `LifecycleActivities.destroyObjects`. Also removes what no row names, such as a derived part whose worker died. */
export function destroyObjects(deps: ActivityDependencies): LifecycleActivities['destroyObjects'] {
  return async ({ tenantId, recordingId }) => {
    const { recording, liveKeys } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      liveKeys: (await readKekIds(tx, recordingId)).size,
    }));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    if (liveKeys > 0 || recording.state === 'retained') {
      throw new HoldfastError(
        'held',
        'The keys of this recording still stand, so its objects are not deleted.',
      );
    }
    const prefix = objectKey({ region: recording.region, tenantId, recordingId }, '');
    let erasure = await eraseObjects(deps.objects, prefix);
    if (erasure.remaining.some(({ legalHold }) => legalHold)) {
      // The last decision found no hold, so one in the store was left behind by a change that had not arrived there.
      for (const { key, legalHold } of erasure.remaining)
        if (legalHold) await deps.objects.lock?.setLegalHold(key, false);
      const { deleted } = erasure;
      erasure = await eraseObjects(deps.objects, prefix);
      erasure = { ...erasure, deleted: erasure.deleted + deleted };
    }
    await removeSpoolFolder(deps.spool, recordingId);
    return { deleted: erasure.deleted };
  };
}
