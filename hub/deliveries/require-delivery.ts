import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readDelivery, type StoredDelivery } from '../../recorder-core/records/list-deliveries.ts';

/** The delivery of this id. @throws HoldfastError `not_found` where the tenant has none. */
export async function requireDelivery(tx: Tx, id: string): Promise<StoredDelivery> {
  const found = await readDelivery(tx, id);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no delivery with this id in your tenant.');
}
