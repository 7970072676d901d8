import { HoldfastError } from '../../recorder-core/errors.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { requireDisposals } from '../../recorder-core/records/quarantine.ts';
import { lockRecording } from '../../recorder-core/records/recordings.ts';
import { readTombstone } from '../../recorder-core/records/tombstones.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { spareRecording } from './spare-recording.ts';

/** See `LifecycleActivities.confirmDisposal`. What has its tombstone was confirmed before, and is not decided here. */
export function confirmDisposal(deps: ActivityDependencies): LifecycleActivities['confirmDisposal'] {
  return (ref) =>
    deps.db.forTenant(ref.tenantId, async (tx) => {
      const now = deps.now();
      await requireDisposals(tx, now.toISOString());
      const recording = await lockRecording(tx, ref.recordingId);
      if (recording === undefined)
        throw new HoldfastError('not_found', 'The recording is not in the database.');
      if (recording.policyEpoch !== ref.policyEpoch || recording.state === 'retained')
        return { outcome: 'spared' };
      if (recording.state === 'disposed' || (await readTombstone(tx, ref.recordingId)) !== undefined)
        return { outcome: 'confirmed' };
      const decided = await decideRecording(tx, recording, now, await deps.packs.current(tx));
      if (decided.mayDispose) return { outcome: 'confirmed' };
      await spareRecording(deps, tx, ref, decided);
      return { outcome: 'spared' };
    });
}
