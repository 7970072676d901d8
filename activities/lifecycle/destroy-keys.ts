import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { destroyDataKeys } from '../../recorder-core/records/keys.ts';
import { appendListing } from '../../recorder-core/records/ledger-log.ts';
import { requireDisposals } from '../../recorder-core/records/quarantine.ts';
import { lockRecording } from '../../recorder-core/records/recordings.ts';
import { readBuriedKeys, readTombstone } from '../../recorder-core/records/tombstones.ts';
import { decodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';
import type { DisposalRef, LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { spareRecording } from './spare-recording.ts';
import { writeTombstone } from './write-tombstone.ts';

/**
 * See `LifecycleActivities.destroyKeys`. The tombstone stands before anything goes, in the database and in the journal.
 * Then decision and destruction are one transaction under the recording's row lock, which placing a hold takes too: one
 * of the two comes first, and the other sees it.
 */
export function destroyKeys(deps: ActivityDependencies): LifecycleActivities['destroyKeys'] {
  const bury = writeTombstone(deps);
  return async (ref) => {
    const { outcome } = await bury(ref);
    if (outcome === 'spared') return { outcome };
    return deps.db.forTenant(ref.tenantId, (tx) => decideAndDestroy(deps, tx, ref));
  };
}

async function decideAndDestroy(
  deps: ActivityDependencies,
  tx: Tx,
  ref: DisposalRef,
): Promise<{ outcome: 'destroyed' | 'spared' }> {
  await requireDisposals(tx, deps.now().toISOString());
  const { tenantId, recordingId, policyEpoch } = ref;
  const recording = await lockRecording(tx, recordingId);
  if (recording === undefined) throw new HoldfastError('not_found', 'The recording is not in the database.');
  if (recording.policyEpoch !== policyEpoch || recording.state === 'retained') return { outcome: 'spared' };
  if (recording.state === 'disposed') return { outcome: 'destroyed' };
  const tombstone = await readTombstone(tx, recordingId);
  if (tombstone !== undefined && tombstone.destroyedAt !== null) return { outcome: 'destroyed' };
  const now = deps.now();
  const decided = await decideRecording(tx, recording, now, await deps.packs.current(tx));
  if (!decided.mayDispose || tombstone === undefined || (await isWithdrawn(deps, tombstone.body))) {
    await spareRecording(deps, tx, ref, decided);
    return { outcome: 'spared' };
  }
  const parts = await destroyDataKeys(tx, recordingId, now.toISOString());
  const keys = await readBuriedKeys(tx, tombstone.id);
  await appendListing(tx, tenantId, 'parts', {
    at: now,
    act: 'keys.destroyed',
    object: { type: 'recording', id: recordingId },
    outcome: 'done',
    rules: decided.explanation.rules.map(({ id }) => id),
    packDigest: decided.explanation.packDigest,
    facts: {
      policyEpoch,
      tombstone: tombstone.id,
      parts,
      keks: [...new Set(keys.map(({ kekId }) => kekId))],
    },
  });
  return { outcome: 'destroyed' };
}

/** A hold withdraws in the journal before its own commit, which may have failed: then this claim is over all the same. */
function isWithdrawn(deps: ActivityDependencies, body: Buffer): Promise<boolean> {
  return deps.journal.isWithdrawn(decodeTombstone(body));
}
