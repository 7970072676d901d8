import { HoldfastError } from '../../recorder-core/errors.ts';
import { readCut, type RecordingCut } from '../../recorder-core/records/cuts.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { lockRecording, type Recording } from '../../recorder-core/records/recordings.ts';

/** A cut with its recording, under the lock that holds and disposals take too. @throws HoldfastError `not_found`. */
export async function lockCut(
  tx: Tx,
  cutId: string,
): Promise<{ readonly cut: RecordingCut; readonly recording: Recording }> {
  const { recordingId } = await requireCut(tx, cutId);
  const recording = await lockRecording(tx, recordingId);
  if (recording === undefined) throw new HoldfastError('not_found', 'The recording is not in the database.');
  // Read again: while the lock was waited for, another attempt may have gone further.
  return { cut: await requireCut(tx, cutId), recording };
}

/** One cut. @throws HoldfastError `not_found`. */
export async function requireCut(tx: Tx, cutId: string): Promise<RecordingCut> {
  const cut = await readCut(tx, cutId);
  if (cut !== undefined) return cut;
  throw new HoldfastError('not_found', 'The cut is not in the database.');
}
