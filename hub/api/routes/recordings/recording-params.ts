import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readRecording, type Recording } from '../../../../recorder-core/records/recordings.ts';
import { id } from '../../schemas/primitives.ts';

/** Path parameters of one recording's routes. */
export const recordingParams = z.object({ id });

/** The recording of the path while its media can be there. @throws HoldfastError `not_found`, `gone`. */
export async function requirePlayable(tx: Tx, recordingId: string): Promise<Recording> {
  const recording = await requireRecording(tx, recordingId);
  if (recording.state !== 'disposing' && recording.state !== 'disposed') return recording;
  throw new HoldfastError(
    'gone',
    'This recording was disposed of; its keys no longer exist. The certificate says when and by which rules.',
  );
}

/** The recording of the path. @throws HoldfastError `not_found`. */
export async function requireRecording(tx: Tx, recordingId: string): Promise<Recording> {
  const recording = await readRecording(tx, recordingId);
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
  return recording;
}
