import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readRecording, type Recording } from '../../../../recorder-core/records/recordings.ts';
import { id } from '../../schemas/primitives.ts';

/** Path parameters of one recording's routes. */
export const recordingParams = z.object({ id });

/** The recording of the path. @throws HoldfastError `not_found`. */
export async function requireRecording(tx: Tx, recordingId: string): Promise<Recording> {
  const recording = await readRecording(tx, recordingId);
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
  return recording;
}
