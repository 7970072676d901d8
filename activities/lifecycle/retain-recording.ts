import { HoldfastError } from '../../recorder-core/errors.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { changeState, lockRecording, setRetention } from '../../recorder-core/records/recordings.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';

/** See `LifecycleActivities.retainRecording`. Runs again without effect once the recording has gone further. */
export function retainRecording(deps: ActivityDependencies): LifecycleActivities['retainRecording'] {
  return ({ tenantId, recordingId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const recording = await lockRecording(tx, recordingId);
      if (recording === undefined)
        throw new HoldfastError('not_found', 'The recording is not in the database.');
      if (recording.state !== 'stored') return { retainUntil: recording.retainUntil };
      const { retainUntil, explanation } = await decideRecording(tx, recording, deps.now(), deps.pack);
      await setRetention(tx, recordingId, explanation, retainUntil);
      await changeState(tx, recordingId, 'stored', 'retained');
      await insertOutbox(tx, {
        tenantId,
        id: deps.newId(deps.now()),
        topic: 'recording.changed', // connected systems learn the date
        payload: { recordingId },
        trace: {},
      });
      return { retainUntil };
    });
}
