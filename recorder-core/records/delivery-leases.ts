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

/** How what a dead worker held is narrowed down. */
export interface Takeover {
  readonly now: Date;
  /** What was held together goes in so many parts. */
  readonly parts: number;
  /** How long one that was alone waits, by how many workers in a row have died with it, this one included, in milliseconds. */
  readonly waitMs: (crashes: number) => number;
}

/**
 * Has claims of a connection take turns until the transaction ends, so that no two of them lease the same delivery, and takes
 * over the leases that ran out by `now`: what they name is in its queue again, and doubtful, for its worker may have sent it. One
 * of them may have killed it: they go in smaller parts than they were held in, one that was alone counts it and waits behind the
 * others. Where its worker said that it had failed, and so did not die, that counts only if the connection has taken something since
 * it failed before: else nobody can tell it from a fault that all meet.
 */
export async function takeOverLeases(
  tx: Tx,
  connectionId: string,
  { now, parts, waitMs }: Takeover,
): Promise<void> {
  await tx.query({
    name: 'lock-delivery-claims',
    text: "select pg_advisory_xact_lock(hashtextextended('claims ' || $1::text, 0))",
    values: [connectionId],
  });
  const { rows } = await tx.query<{ ids: string[]; failed: boolean; until: Date }>({
    name: 'end-delivery-leases',
    text: 'delete from delivery_lease where connection_id = $1 and until <= $2 returning delivery_ids as ids, failed, until',
    values: [connectionId, now.toISOString()],
  });
  for (const { ids, failed, until } of rows) {
    const most = Math.ceil(ids.length / parts);
    const waits = Array.from({ length: MOST_COUNTED }, (_none, index) => Math.round(waitMs(index + 1)));
    const isAlone = ids.length === 1;
    const held = [arrayText(ids), until.toISOString(), most, isAlone, failed, waits, now.toISOString()];
    await tx.query(TAKE_OVER, held);
  }
}

/** Waits grow no further after so many. */
const MOST_COUNTED = 8;

/** Also what was called off meanwhile: it may have been sent all the same, and no deletion before the end of its lease ends that. */
const TAKE_OVER = `
  update delivery d
     set doubtful = true, failed_at = $2, attempts = d.attempts + (d.state = 'queued')::int, most = least(d.most, $3::int),
         crashes = c.crashes,
         due_at = case when $4 then greatest(d.due_at, $7::timestamptz
                    + ($6::int[])[greatest(1, least(c.crashes, ${MOST_COUNTED}))] * interval '1 millisecond') else d.due_at end
    from (select o.id, o.crashes + (($4 and (not $5 or g.last_done_at > o.failed_at)) is true)::int as crashes
            from delivery o
            left join delivery_gate g on g.tenant_id = o.tenant_id and g.connection_id = o.connection_id
           where o.id = any ($1::uuid[])) as c
   where d.id = c.id`;

/** Lets go of what was claimed and not sent: it is in its queue as if it had not been claimed. */
export async function giveUpLease(tx: Tx, leaseId: string): Promise<void> {
  await tx.query('delete from delivery_lease where id = $1', [leaseId]);
}

/** Notes that a holder failed with what it has and did not settle: nobody will have to think that it died. */
export async function failLeasesOf(tx: Tx, connectionId: string, holder: string): Promise<void> {
  await tx.query('update delivery_lease set failed = true where connection_id = $1 and holder = $2', [
    connectionId,
    holder,
  ]);
}

/** Whether a lease is still its holder's. */
export async function holdsLease(tx: Tx, leaseId: string): Promise<boolean> {
  const { rows } = await tx.query('select from delivery_lease where id = $1', [leaseId]);
  return rows.length > 0;
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
