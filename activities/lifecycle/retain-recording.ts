import { HoldfastError } from '../../recorder-core/errors.ts';
import { applyActions, keepDecision, needsActions } from '../../recorder-core/records/apply-retention.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { changeState, lockRecording } from '../../recorder-core/records/recordings.ts';
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
      const now = deps.now();
      const decided = await decideRecording(tx, recording, now, await deps.packs.current(tx));
      await keepDecision(tx, recordingId, decided, now);
      await changeState(tx, recordingId, 'stored', 'retained');
      if (needsActions({ restriction: recording.restriction?.grounds ?? null }, decided.decision))
        await applyActions(tx, recordingId, decided, { tenantId, now, newId: deps.newId });
      await insertOutbox(tx, {
        tenantId,
        id: deps.newId(deps.now()),
        topic: 'recording.changed', // connected systems learn the date
        payload: { recordingId },
        trace: {},
      });
      return { retainUntil: decided.retainUntil };
    });
}
