import type { Tx } from '../../recorder-core/records/database.ts';
import type { DecidedRetention } from '../../recorder-core/records/decide-recording.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { keepDecision } from '../../recorder-core/records/apply-retention.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { changeState } from '../../recorder-core/records/recordings.ts';
import { withdrawTombstones } from '../../recorder-core/records/tombstones.ts';
import type { DisposalRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Puts a recording that was claimed for disposal back among the retained, and takes back its tombstone. Under its lock. */
export async function spareRecording(
  deps: ActivityDependencies,
  tx: Tx,
  { tenantId, recordingId, policyEpoch }: DisposalRef,
  decided: DecidedRetention,
): Promise<void> {
  const now = deps.now();
  const { explanation } = decided;
  const withdrawn = await withdrawTombstones(tx, deps.journal, [recordingId], now.toISOString());
  await keepDecision(tx, recordingId, decided, now);
  await changeState(tx, recordingId, 'disposing', 'retained');
  // Connections that deleted it meanwhile get it back, and the object store its lock.
  await insertOutbox(tx, {
    tenantId,
    id: deps.newId(now),
    topic: 'recording.changed',
    payload: { recordingId },
    trace: {},
  });
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'disposal.refused',
    object: { type: 'recording', id: recordingId },
    outcome: 'spared',
    rules: explanation.rules.map(({ id }) => id),
    packDigest: explanation.packDigest,
    facts: { policyEpoch, tombstonesWithdrawn: withdrawn },
  });
}
