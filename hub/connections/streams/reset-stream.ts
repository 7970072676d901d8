import { HoldfastError } from '../../../recorder-core/errors.ts';
import {
  placeCheckpoint,
  readCheckpoint,
  type CheckpointValue,
  type ConnectionCheckpoint,
} from '../../../recorder-core/records/connection-checkpoints.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import type { Asking } from '../../identity/asking.ts';
import { lockForChange } from '../find-connection.ts';
import { noteConnection } from '../note-connection.ts';

/**
 * Has a stream read again from a checkpoint, from its beginning where it is null. Events that were kept before are not kept
 * twice. A reading that is under way is overtaken.
 * @throws HoldfastError `not_found` for a stream that was never read.
 */
export async function resetStream(
  tx: Tx,
  asking: Asking,
  key: { readonly connectionId: string; readonly stream: string },
  checkpoint: CheckpointValue,
): Promise<ConnectionCheckpoint> {
  const row = await lockForChange(tx, key.connectionId);
  const placed = await placeCheckpoint(tx, key, checkpoint, asking.now);
  const found = placed ? await readCheckpoint(tx, key) : undefined;
  if (found === undefined)
    throw new HoldfastError(
      'not_found',
      'This connection has no stream of that name that was ever read. Nothing was changed.',
      { field: 'stream' },
    );
  await noteConnection(tx, asking, row.id, 'stream-reset', {
    stream: key.stream,
    from: checkpoint === null ? 'beginning' : 'checkpoint',
  });
  return found;
}
