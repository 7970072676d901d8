import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readRecording, type Recording } from '../../../../recorder-core/records/recordings.ts';
import { requireUse } from '../../../../recorder-core/records/restrictions.ts';
import type { Caller } from '../../../access/caller.ts';
import { id, purposeOfUse } from '../../schemas/primitives.ts';

/** Path parameters of one recording's routes. */
export const recordingParams = z.object({ id });

/** Query of whatever shows or plays content: what it is needed for, where a player cannot say so in a header. */
export const useQuery = z.strictObject({
  purpose: purposeOfUse
    .optional()
    .describe('What it is needed for; as the header X-Holdfast-Purpose, for players that send none.'),
});

/**
 * The recording of the path while its media can be there and whoever asks may have it for that purpose.
 * @throws HoldfastError `not_found`, `gone`, `forbidden` (restricted).
 */
export async function requirePlayable(
  tx: Tx,
  recordingId: string,
  { user, circumstances }: Pick<Caller, 'user' | 'circumstances'>,
  purpose: string | undefined = circumstances.purpose ?? undefined,
): Promise<Recording> {
  const recording = await requireRecording(tx, recordingId);
  if (recording.state !== 'disposing' && recording.state !== 'disposed') {
    requireUse(recording, user.role, purpose);
    return recording;
  }
  throw new HoldfastError(
    'gone',
    'This recording was disposed of; its keys no longer exist. The certificate says when and by which rules.',
  );
}

/** The recording of the path, where whoever asks may use its content for that purpose. @throws `not_found`, `forbidden`. */
export async function requireUsable(
  tx: Tx,
  recordingId: string,
  { user, circumstances }: Pick<Caller, 'user' | 'circumstances'>,
  purpose: string | undefined = circumstances.purpose ?? undefined,
): Promise<Recording> {
  const recording = await requireRecording(tx, recordingId);
  requireUse(recording, user.role, purpose);
  return recording;
}

/** The recording of the path. @throws HoldfastError `not_found`. */
export async function requireRecording(tx: Tx, recordingId: string): Promise<Recording> {
  const recording = await readRecording(tx, recordingId);
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
  return recording;
}
