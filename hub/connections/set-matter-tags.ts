import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { setMatterTags as write, type MatterTags } from '../../recorder-core/records/matter-tags.ts';
import type { Asking } from '../identity/asking.ts';
import { lockForChange, requireConnection } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';

/**
 * Says whether a connected system is told which matters hold a recording. It counts for what is sent from now on: what was sent
 * before stays as it is until it is sent again. Names only to connectors that declare personal data, for a matter is often
 * named after somebody; to the built-in search neither. @throws HoldfastError `not_found`; `conflict` where the connector takes no
 * recordings, no names, or is the built-in search.
 */
export async function setMatterTags(
  tx: Tx,
  asking: Asking,
  connectionId: string,
  tags: MatterTags,
): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  if (row.matterTags === tags) return row;
  const { manifest } = connectorById(row.connector);
  const taken = manifest.operations['upsert-recording'];
  if (taken === undefined)
    throw new HoldfastError('conflict', 'This connector takes no recordings, so there is nothing to tag.');
  // Whatever a document says is found by words in it, by everybody who may list recordings.
  if (manifest.needs.includes('embedded-search'))
    throw new HoldfastError(
      'conflict',
      'The built-in search is asked by people who may not know of matters, so it is told of none. Whoever may read holds filters by them.',
      { field: '/body/tags' },
    );
  if (tags === 'names' && !taken.dataClasses.includes('pii'))
    throw new HoldfastError(
      'conflict',
      'This connector declares no personal data, and a matter may be named after somebody. Tell it the ids of matters.',
      { field: '/body/tags' },
    );
  await write(tx, row.id, tags);
  await noteConnection(tx, asking, row.id, 'matter-tags', { before: row.matterTags, after: tags });
  return requireConnection(tx, row.id);
}
