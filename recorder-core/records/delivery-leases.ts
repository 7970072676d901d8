import { arrayText } from './array-text.ts';
import type { Tx } from './database.ts';

/**
 * Leases. A worker that claims deliveries leaves one row that names them all; their own rows stay as they are until they are
 * settled. While a lease names a delivery, its connection may have what it is about: whoever asks for that looks here too. The
 * foreign key has a claim wait for whoever locks the connection to change it, and the other way round: a removal sees the
 * lease, or the worker sees the removal.
 */

/** Of a delivery `d`, as SQL: a worker has it, or had it when it ended. For few rows; many are compared with `leasedIds`. */
export const IS_LEASED = `exists (select from delivery_lease l
   where l.tenant_id = d.tenant_id and l.connection_id = d.connection_id and d.id = any (l.delivery_ids))`;

/** The ids that leases name, as SQL: of one connection, or of the tenant; looked up once a statement, however many rows are compared. */
export function leasedIds(where: string): string {
  return `(select unnest(l.delivery_ids) from delivery_lease l where ${where})`;
}

/**
 * Has claims of a connection take turns until the transaction ends, so that no two of them lease the same delivery, and takes
 * over the leases that ran out by `now`: what they name is in its queue as before, and doubtful, for its worker may have sent it.
 */
export async function takeOverLeases(tx: Tx, connectionId: string, now: Date): Promise<void> {
  await tx.query({
    name: 'lock-delivery-claims',
    text: "select pg_advisory_xact_lock(hashtextextended('claims ' || $1::text, 0))",
    values: [connectionId],
  });
  const { rows } = await tx.query<{ ids: string[]; until: Date }>({
    name: 'end-delivery-leases',
    text: 'delete from delivery_lease where connection_id = $1 and until <= $2 returning delivery_ids as ids, until',
    values: [connectionId, now.toISOString()],
  });
  if (rows.length === 0) return;
  const last = Math.max(...rows.map(({ until }) => until.getTime()));
  // Also what was called off meanwhile: it may have been sent all the same, and no deletion before the end of its lease ends that.
  await tx.query(
    `update delivery set doubtful = true, failed_at = $2, attempts = attempts + (state = 'queued')::int
      where id = any ($1::uuid[])`,
    [arrayText(rows.flatMap(({ ids }) => ids)), new Date(last).toISOString()],
  );
}

/** Lets go of what was claimed and not sent: it is in its queue as if it had not been claimed. */
export async function giveUpLease(tx: Tx, leaseId: string): Promise<void> {
  await tx.query('delete from delivery_lease where id = $1', [leaseId]);
}

/** Ends what these holders have and did not settle: they are known to be gone. Whoever claims next takes it over. */
export async function endLeasesOf(
  tx: Tx,
  connectionId: string,
  holders: readonly string[],
  now: Date,
): Promise<void> {
  await tx.query(
    'update delivery_lease set until = $3 where connection_id = $1 and holder = any ($2) and until > $3',
    [connectionId, holders, now.toISOString()],
  );
}

/**
 * The lease $1 as a part of a statement that settles, with how many it names (`held`). It is locked before any row is: it cannot
 * be taken over while its deliveries are settled.
 */
export const LOCKED_LEASE =
  'lease as materialized (select cardinality(delivery_ids) as held from delivery_lease where id = $1 for update)';

/** Takes deliveries that were settled out of their lease, of which `held` were left; it goes with the last of them. */
export async function shrinkLease(
  tx: Tx,
  leaseId: string,
  settled: readonly string[],
  held: number,
): Promise<void> {
  if (settled.length >= held) return giveUpLease(tx, leaseId);
  await tx.query(
    `update delivery_lease
        set delivery_ids = array(select unnest(delivery_ids) except select unnest($2::uuid[])) where id = $1`,
    [leaseId, arrayText(settled)],
  );
}
