import { arrayText, sharedText, sparseText } from './array-text.ts';
import type { Tx } from './database.ts';
import type { ClaimedDelivery, DeliveryState } from './deliveries.ts';
import { LOCKED_LEASE, shrinkLease } from './delivery-leases.ts';
import { NOTHING, settlePlain, takenOf, type Settled } from './settle-plain-deliveries.ts';

/** Why a delivery failed: safe to store and to show. */
export interface DeliveryError {
  readonly class: string;
  /** What the other side calls it. */
  readonly code: string | null;
  readonly title: string;
  /** What a person can do about it. */
  readonly fix: string;
  readonly field: string | null;
  /** Equal for failures with one cause. */
  readonly fingerprint: string;
}

/** What becomes of a claimed delivery after an attempt. */
export interface DeliverySettlement {
  readonly delivery: ClaimedDelivery;
  /** `queued`: it is tried again at `dueAt`. */
  readonly state: Exclude<DeliveryState, 'leased' | 'superseded' | 'discarded'>;
  readonly dueAt: Date;
  /** Nobody knows whether it took effect. */
  readonly doubtful: boolean;
  /** How many it is sent with the next time, itself included; null where as many as there are. */
  readonly most: number | null;
  /** Failures that were its own, this one included. */
  readonly faults: number;
  /** Whoever holds the lease goes on with it: the lease names it still. */
  readonly keeps: boolean;
  /** What it has to ask for next, where that has changed meanwhile. */
  readonly withdraws: boolean;
  readonly connectionVersion: number | null;
  readonly error: DeliveryError | null;
  readonly receiptId: string | null;
}

/** Whose settlements they are. */
export interface Settling {
  readonly connectionId: string;
  readonly leaseId: string;
  readonly now: Date;
  /** The call that took what is done; null where nothing was sent. */
  readonly batchId: string | null;
}

/**
 * Settles what was claimed under `leaseId`; where another worker has taken it over meanwhile it is left to it. One whose subject
 * changed while it was sent is queued once more, and dead ones about the subject of one that is done are superseded by it, and in
 * doubt no more.
 * Corrections end with the delivery. Answers which are done and name the batch.
 */
export async function settleDeliveries(
  tx: Tx,
  settling: Settling,
  settlements: readonly DeliverySettlement[],
): Promise<readonly string[]> {
  const plain = await settlePlain(tx, settling, settlements);
  const named = new Set(plain.taken);
  const others = settlements.filter(({ delivery }) => !named.has(delivery.id));
  const rest = await settleEach(tx, settling, others);
  const held = plain.held ?? rest.held;
  if (held === null) return [];
  const settled = settlements.filter(({ keeps }) => !keeps).map(({ delivery }) => delivery.id);
  await shrinkLease(tx, settling.leaseId, settled, held);
  const done = settlements.filter(({ state }) => state === 'done').map(({ delivery }) => delivery);
  if (done.length > 0) await supersede(tx, settling.connectionId, settling.now, done);
  return [...plain.taken, ...rest.taken];
}

/** Settles each by what became of it, in one statement. */
async function settleEach(
  tx: Tx,
  { leaseId, now, batchId }: Settling,
  settlements: readonly DeliverySettlement[],
): Promise<Settled> {
  if (settlements.length === 0) return NOTHING;
  const { rows } = await tx.query<{ taken: number; held: number | null }>({
    name: 'settle-deliveries',
    text: SETTLE,
    values: [
      leaseId,
      now.toISOString(),
      arrayText(settlements.map(({ delivery }) => delivery.id)),
      sharedText(settlements.map(({ state }) => state)),
      sharedText(settlements.map(({ dueAt }) => dueAt.toISOString())),
      sharedText(settlements.map(({ doubtful }) => doubtful)),
      arrayText(settlements.map(({ most }) => most)),
      sharedText(settlements.map(({ withdraws }) => withdraws)),
      arrayText(settlements.map(({ connectionVersion }) => connectionVersion)),
      sparseText(settlements.map(({ error }) => error?.class ?? null)),
      sparseText(settlements.map(({ error }) => error?.code ?? null)),
      sparseText(settlements.map(({ error }) => error?.title ?? null)),
      sparseText(settlements.map(({ error }) => error?.field ?? null)),
      sparseText(settlements.map(({ error }) => error?.fingerprint ?? null)),
      sparseText(settlements.map(({ receiptId }) => receiptId)),
      batchId,
      sharedText(settlements.map(({ delivery }) => delivery.attempt)),
      sharedText(settlements.map(({ delivery }) => delivery.asked)),
      sparseText(settlements.map(({ error }) => error?.fix ?? null)),
      sharedText(settlements.map(({ faults }) => faults)),
    ],
  });
  const held = rows[0]?.held ?? null;
  if (held === null) return NOTHING;
  const done = settlements.filter(({ state }) => state === 'done').map(({ delivery }) => delivery.id);
  return { taken: rows[0]?.taken === done.length ? done : await takenOf(tx, batchId, done), held };
}

async function supersede(
  tx: Tx,
  connectionId: string,
  now: Date,
  done: readonly ClaimedDelivery[],
): Promise<void> {
  await tx.query({
    name: 'supersede-deliveries',
    text: SUPERSEDE,
    values: [
      connectionId,
      sharedText(done.map(({ operation }) => operation)),
      sharedText(done.map(({ subject }) => subject.type)),
      arrayText(done.map(({ subject }) => subject.id)),
      now.toISOString(),
    ],
  });
}

/** It was asked for once more since it was claimed: what was sent may be old. */
const AGAIN = 'd.asked <> s.asked';

/**
 * How many there are is kept from the planner: each row is looked up by its id, and the table, which may be long, is never read
 * through.
 */
const SETTLE = `
  with ${LOCKED_LEASE},
  settled as (
  update delivery d
     set state = case when ${AGAIN} then 'queued' else s.state end,
         due_at = case when ${AGAIN} then $2 else s.due_at end,
         settled_at = case when ${AGAIN} or s.state = 'queued' then null else $2::timestamptz end,
         attempts = case when ${AGAIN} and s.state = 'done' then 0 else s.attempt end,
         queued_at = case when ${AGAIN} and s.state <> 'queued' then $2 else d.queued_at end,
         doubtful = s.doubtful, most = s.most, faults = s.faults,
         crashes = case when s.state = 'dead' then d.crashes else 0 end, withdraws = case when ${AGAIN} then d.withdraws else s.withdraws end,
         connection_version = case when ${AGAIN} and s.state = 'done' then null else s.version end,
         corrections = case when s.state in ('queued', 'dead') then d.corrections end,
         first_failed_at = case when s.error_class is null then null else coalesce(d.first_failed_at, $2) end,
         failed_at = case when s.error_class is null then null else $2::timestamptz end,
         error_class = s.error_class, error_code = s.error_code, error_title = s.error_title, error_field = s.error_field,
         error_fix = s.error_fix, fingerprint = s.fingerprint, receipt_id = coalesce(s.receipt_id, d.receipt_id),
         batch_id = case when s.state = 'done' and not (${AGAIN}) then $16::uuid end
    from (select u.id, coalesce(u.state, ($4::text[])[1]) as state, coalesce(u.due_at, ($5::timestamptz[])[1]) as due_at,
                 coalesce(u.doubtful, ($6::boolean[])[1]) as doubtful, u.most,
                 coalesce(u.faults, ($20::int[])[1]) as faults,
                 coalesce(u.withdraws, ($8::boolean[])[1]) as withdraws, u.version, u.error_class, u.error_code,
                 u.error_title, u.error_field, u.error_fix, u.fingerprint, u.receipt_id,
                 coalesce(u.attempt, ($17::int[])[1]) as attempt, coalesce(u.asked, ($18::int[])[1]) as asked
            from unnest((select $3::uuid[]), (select $4::text[]), (select $5::timestamptz[]), (select $6::boolean[]),
                        (select $7::int[]), (select $8::boolean[]), (select $9::int[]), (select $10::text[]),
                        (select $11::text[]), (select $12::text[]), (select $13::text[]), (select $14::text[]),
                        (select $15::uuid[]), (select $17::int[]), (select $18::int[]), (select $19::text[]),
                        (select $20::int[]))
                 as u (id, state, due_at, doubtful, most, withdraws, version, error_class, error_code, error_title,
                       error_field, fingerprint, receipt_id, attempt, asked, error_fix, faults)) as s
   where d.id = s.id and d.state = 'queued' and exists (select from lease)
  returning d.batch_id)
  select count(batch_id) as taken, (select held from lease) as held from settled`;

const SUPERSEDE = `
  update delivery old set state = 'superseded', settled_at = $5, doubtful = false, corrections = null
    from unnest((select $2::text[]), (select $3::text[]), (select $4::uuid[])) as d (operation, subject_type, subject_id)
   where old.state = 'dead' and old.connection_id = $1 and old.subject_id = d.subject_id
     and exists (select from delivery x where x.state = 'dead' and x.connection_id = $1)
     and old.operation = coalesce(d.operation, ($2::text[])[1])
     and old.subject_type = coalesce(d.subject_type, ($3::text[])[1])`;
