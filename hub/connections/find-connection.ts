import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  lockConnection,
  readConnection,
  type ConnectionRow,
} from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';

/** The connection of this id. @throws HoldfastError `not_found` where the tenant has none. */
export async function requireConnection(tx: Tx, id: string): Promise<ConnectionRow> {
  return found(await readConnection(tx, id));
}

/** The connection under a row lock, to be changed. @throws HoldfastError `not_found`, `conflict` where it was removed. */
export async function lockForChange(tx: Tx, id: string): Promise<ConnectionRow> {
  const row = found(await lockConnection(tx, id));
  if (row.state !== 'removed') return row;
  throw new HoldfastError(
    'conflict',
    'This connection was removed; what is left of it can only be withdrawn. Make a new one.',
  );
}

function found(row: ConnectionRow | undefined): ConnectionRow {
  if (row !== undefined) return row;
  throw new HoldfastError('not_found', 'There is no connection with this id in your tenant.');
}
