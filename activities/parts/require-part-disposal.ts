import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readPartDisposal, type PartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { lockRecording, type Recording } from '../../recorder-core/records/recordings.ts';

/** The order with its recording under the lock that a hold takes too. @throws HoldfastError `not_found`. */
export async function lockPartDisposal(
  tx: Tx,
  disposalId: string,
): Promise<{ readonly order: PartDisposal; readonly recording: Recording }> {
  const { recordingId } = await requirePartDisposal(tx, disposalId);
  const recording = await lockRecording(tx, recordingId);
  if (recording === undefined) throw new HoldfastError('not_found', 'The recording is not in the database.');
  // Read again: while the lock was waited for, another attempt may have gone further.
  return { order: await requirePartDisposal(tx, disposalId), recording };
}

/** One order. @throws HoldfastError `not_found`. */
export async function requirePartDisposal(tx: Tx, disposalId: string): Promise<PartDisposal> {
  const order = await readPartDisposal(tx, disposalId);
  if (order !== undefined) return order;
  throw new HoldfastError('not_found', 'The order to destroy these parts is not in the database.');
}
