import { HoldfastError } from '../../recorder-core/errors.ts';
import { destroyDataKeys, readKekIds } from '../../recorder-core/records/keys.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { changeState, lockRecording, setRetention } from '../../recorder-core/records/recordings.ts';
import type { LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';

/**
 * See `LifecycleActivities.destroyKeys`. Decision, tombstone and destruction are
 * one transaction under the recording's row lock, which placing a hold takes too:
 * one of the two comes first, and the other sees it.
 */
export function destroyKeys(deps: ActivityDependencies): LifecycleActivities['destroyKeys'] {
  return ({ tenantId, recordingId, policyEpoch }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const recording = await lockRecording(tx, recordingId);
      if (recording === undefined)
        throw new HoldfastError('not_found', 'The recording is not in the database.');
      if (recording.policyEpoch !== policyEpoch || recording.state === 'retained')
        return { outcome: 'spared' };
      const keks = await readKekIds(tx, recordingId);
      if (recording.state === 'disposed' || keks.size === 0) return { outcome: 'destroyed' };
      const now = deps.now();
      const object = { type: 'recording', id: recordingId };
      const { mayDispose, retainUntil, explanation } = await decideRecording(tx, recording, now, deps.pack);
      const grounds = { rules: explanation.rules.map(({ id }) => id), packDigest: explanation.packDigest };
      if (!mayDispose) {
        await setRetention(tx, recordingId, explanation, retainUntil);
        await changeState(tx, recordingId, 'disposing', 'retained');
        await appendLeaf(tx, tenantId, {
          at: now,
          act: 'disposal.refused',
          object,
          outcome: 'spared',
          ...grounds,
          facts: { policyEpoch },
        });
        return { outcome: 'spared' };
      }
      const parts = await destroyDataKeys(tx, recordingId, now.toISOString());
      const facts = { policyEpoch, parts, keks: [...new Set(keks.values())] };
      await appendLeaf(tx, tenantId, {
        at: now,
        act: 'keys.destroyed',
        object,
        outcome: 'done',
        ...grounds,
        facts,
      });
      return { outcome: 'destroyed' };
    });
}
