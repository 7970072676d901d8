import type { DisposalRef } from '../../activities/contract.ts';
import { asActivity, type ActivityBench } from './stored-recording.ts';
import type { TestDatabase } from './test-database.ts';

/** Disposes of a retained recording through all steps of the workflow, as if its date had come. */
export async function disposeOf(
  bench: ActivityBench,
  database: TestDatabase,
  recordingId: string,
): Promise<void> {
  await bench.makeDue(recordingId);
  await finishDisposal(bench, database, recordingId);
}

/** Claims a recording that is due, or whose claim got lost, and takes all steps of the workflow. */
export async function finishDisposal(
  bench: ActivityBench,
  { tenantId }: TestDatabase,
  recordingId: string,
): Promise<void> {
  const { lifecycle, connectors } = bench.activities;
  const { claimed } = await lifecycle.claimDue({ partition: 0, partitions: 1, limit: 1000 });
  const due: DisposalRef | undefined = claimed.find((one) => one.recordingId === recordingId);
  if (due === undefined) throw new Error('The recording was not due.');
  await lifecycle.writeTombstone(due);
  await lifecycle.evictKeys(due);
  const { outcome } = await lifecycle.destroyKeys(due);
  if (outcome !== 'destroyed') throw new Error('The recording was spared.');
  await lifecycle.destroyObjects(due);
  const { connectionIds } = await lifecycle.listDeliveries({ tenantId, recordingId });
  for (const connectionId of connectionIds)
    await asActivity(() => connectors.withdrawRecording({ ...due, connectionId }));
  await lifecycle.certifyDisposal(due);
}
