import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  openComparison,
  readComparison,
  type ConnectionComparison,
} from '../../recorder-core/records/connection-comparisons.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { lockForChange } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';

/**
 * Asks for what a connected system holds to be held against what it is to hold; with `repairs` what differs is queued to be
 * put right, with `rebuilds` a new copy is filled beside what is in use and put in its place.
 * @throws HoldfastError `not_found` for a connection that is not there, `invalid_input` where its connector cannot tell what
 * it holds, or rebuild it, `conflict` where it was removed, is not live where it is to be rebuilt, or a comparison of it runs.
 */
export async function askComparison(
  tx: Tx,
  asking: Asking,
  connectionId: string,
  { repairs = false, rebuilds = false }: { readonly repairs?: boolean; readonly rebuilds?: boolean },
): Promise<ConnectionComparison> {
  const { tenantId, person, now, newId } = asking;
  const connection = await lockForChange(tx, connectionId);
  const { manifest } = connectorById(connection.connector);
  if (!manifest.inventories)
    throw new HoldfastError(
      'invalid_input',
      `${manifest.title} cannot tell what it holds, so there is nothing to compare.`,
    );
  if (rebuilds && !manifest.rebuilds)
    throw new HoldfastError(
      'invalid_input',
      `${manifest.title} has no index that could be rebuilt. Compare instead, and have the differences put right.`,
      { field: '/body/rebuilds' },
    );
  if (rebuilds && connection.state !== 'live')
    throw new HoldfastError('conflict', 'Only a live connection can be rebuilt. Take it live first.');
  const id = newId(now);
  const asked = { id, connectionId, repairs, rebuilds, askedBy: person.id, askedAt: now.toISOString() };
  if (!(await openComparison(tx, tenantId, asked, newId(now))))
    throw new HoldfastError('conflict', 'A comparison of this connection runs. Wait for it to end.');
  await noteConnection(
    tx,
    asking,
    connectionId,
    'comparison',
    { comparison: id, repairs, ...(rebuilds ? { rebuilds } : {}) },
    'connection.asked',
  );
  const row = await readComparison(tx, id);
  if (row === undefined) throw new HoldfastError('internal', 'A comparison vanished in its own transaction.');
  return row;
}
