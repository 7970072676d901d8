import type { Tx } from '../../recorder-core/records/database.ts';
import { announceDeliveries } from '../../recorder-core/records/deliveries.ts';
import { reopenGate } from '../../recorder-core/records/delivery-gates.ts';
import type { Asking } from '../identity/asking.ts';

const LANES = ['live', 'replay', 'backfill'] as const;

/**
 * Has what waits for a connection sent at once, in the transaction of what may have mended it: whoever did that wants to see whether it
 * works, and not to wait for the end of a pause. Where it was not waited for, nothing is done.
 */
export async function deliverAgain(tx: Tx, asking: Asking, connectionId: string): Promise<void> {
  if (!(await reopenGate(tx, connectionId))) return;
  await announceDeliveries(
    tx,
    asking,
    LANES.map((lane) => ({ connectionId, lane })),
  );
}
