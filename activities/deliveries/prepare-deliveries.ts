import type { OutboundRecord } from '../../connectors/kit/record.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { ClaimedDelivery } from '../../recorder-core/records/deliveries.ts';
import { listReachedRecordings } from '../../recorder-core/records/reached.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { recordsNow } from './records-now.ts';

/** What a claimed delivery comes to as its subject stands now. */
export type PreparedDelivery =
  | {
      readonly delivery: ClaimedDelivery;
      readonly act: 'send';
      readonly operation: string;
      readonly record: OutboundRecord;
    }
  /** Nothing is sent: by our rules the other side is not to have it, and does not. */
  | { readonly delivery: ClaimedDelivery; readonly act: 'drop' }
  /** The connection is switched off, and takes only what is to be deleted. */
  | { readonly delivery: ClaimedDelivery; readonly act: 'wait' };

/**
 * Makes what is sent of each delivery from the rows as they stand, so that a late attempt never sends old news. What is being
 * disposed of, or is restricted where no obligation rests on the connection, is never sent: its deletion is asked for where it
 * may be there. So is that of everything where the connection was removed and nothing is to stay.
 */
export async function prepareDeliveries(
  deps: Pick<ActivityDependencies, 'linkTo'>,
  tx: Tx,
  tenantId: string,
  connection: ConnectionRow,
  claimed: readonly ClaimedDelivery[],
): Promise<PreparedDelivery[]> {
  const ids = claimed.map(({ subject }) => subject.id);
  const now = await recordsNow(deps, tx, tenantId, connection, ids);
  const unwanted = [...now.values()].filter((one) => one.unwanted).map(({ record }) => record.id);
  const reached = new Set(await listReachedRecordings(tx, connection.id, unwanted));
  return claimed.map((delivery) => {
    const one = now.get(delivery.subject.id);
    if (one === undefined) return { delivery, act: 'drop' };
    const { record } = one;
    if (one.unwanted) {
      if (!reached.has(record.id)) return { delivery, act: 'drop' };
      return { delivery, act: 'send', operation: 'delete-recording', record };
    }
    if (connection.state !== 'live') return { delivery, act: 'wait' };
    return { delivery, act: 'send', operation: delivery.operation, record };
  });
}
