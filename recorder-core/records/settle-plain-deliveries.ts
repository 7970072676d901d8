import { arrayText } from './array-text.ts';
import type { Tx } from './database.ts';
import { LOCKED_LEASE } from './delivery-leases.ts';
import type { DeliverySettlement, Settling } from './settle-deliveries.ts';

/** What a statement settled. */
export interface Settled {
  /** Those that are done and name the batch. */
  readonly taken: readonly string[];
  /** How many the lease named; null where it is another's, or was not looked at. */
  readonly held: number | null;
}

/** Nothing was. */
export const NOTHING: Settled = { taken: [], held: null };

/**
 * Settles those that were simply done, which in most batches is all of them, by a statement that writes the same into each row.
 * What was asked for once more or called off meanwhile it passes over: that is left to the statement that looks at each
 * (`settle-deliveries.ts`).
 */
export async function settlePlain(
  tx: Tx,
  { leaseId, now, batchId }: Settling,
  settlements: readonly DeliverySettlement[],
): Promise<Settled> {
  const first = settlements.find(isPlain);
  if (first === undefined || batchId === null) return NOTHING;
  const plain = settlements.filter((one) => isPlain(one) && isAlike(one, first));
  const ids = plain.map(({ delivery }) => delivery.id);
  const { rows } = await tx.query<{ taken: number; held: number | null }>({
    name: 'settle-plain-deliveries',
    text: SETTLE_PLAIN,
    values: [
      leaseId,
      now.toISOString(),
      arrayText(ids),
      arrayText(plain.map(({ receiptId }) => receiptId)),
      first.dueAt.toISOString(),
      first.delivery.attempt,
      first.delivery.asked,
      first.connectionVersion,
      batchId,
    ],
  });
  const held = rows[0]?.held ?? null;
  if (held === null) return NOTHING;
  return { taken: rows[0]?.taken === ids.length ? ids : await takenOf(tx, batchId, ids), held };
}

/** Done, with a receipt and nothing else to say of it. */
function isPlain(one: DeliverySettlement): boolean {
  const { state, error, receiptId, doubtful, most, withdraws } = one;
  return state === 'done' && error === null && receiptId !== null && !doubtful && most === null && !withdraws;
}

function isAlike(one: DeliverySettlement, first: DeliverySettlement): boolean {
  return (
    one.delivery.attempt === first.delivery.attempt &&
    one.delivery.asked === first.delivery.asked &&
    one.connectionVersion === first.connectionVersion &&
    one.dueAt.getTime() === first.dueAt.getTime()
  );
}

/** Those of these deliveries that name the batch: the others were queued once more, or taken over. */
export async function takenOf(tx: Tx, batchId: string | null, ids: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from delivery where id = any ($1) and batch_id = $2',
    [ids, batchId],
  );
  return rows.map(({ id }) => id);
}

/** How many there are is kept from the planner, as in `settle-deliveries.ts`: each row is looked up by its id. */
const SETTLE_PLAIN = `
  with ${LOCKED_LEASE},
  settled as (
  update delivery d
     set state = 'done', due_at = $5, settled_at = $2, attempts = $6, doubtful = false, most = null, faults = 0, crashes = 0,
         withdraws = false,
         connection_version = $8, corrections = null, first_failed_at = null, failed_at = null, error_class = null,
         error_code = null, error_title = null, error_field = null, error_fix = null, fingerprint = null,
         receipt_id = s.receipt_id, batch_id = $9
    from unnest((select $3::uuid[]), (select $4::uuid[])) as s (id, receipt_id)
   where d.id = s.id and d.state = 'queued' and d.asked = $7 and exists (select from lease)
  returning d.id)
  select count(*) as taken, (select held from lease) as held from settled`;
