import type { Tx } from './database.ts';
import type { ClaimedDelivery, DeliveryState } from './deliveries.ts';

/** Why a delivery failed: safe to store and to show. */
export interface DeliveryError {
  readonly class: string;
  /** What the other side calls it. */
  readonly code: string | null;
  readonly title: string;
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
  /** Sent without others the next time. */
  readonly alone: boolean;
  /** What it has to ask for next, where that has changed meanwhile. */
  readonly withdraws: boolean;
  readonly connectionVersion: number | null;
  readonly error: DeliveryError | null;
  readonly receiptId: string | null;
}

/**
 * Settles what was claimed under `leaseId`, in one statement; what another worker has taken over meanwhile is left to it.
 * One whose subject changed while it was sent is queued once more, and dead ones about the subject of one that is done are
 * superseded by it. Corrections end with the delivery.
 */
export async function settleDeliveries(
  tx: Tx,
  connectionId: string,
  leaseId: string,
  now: Date,
  settlements: readonly DeliverySettlement[],
): Promise<void> {
  if (settlements.length === 0) return;
  await tx.query({
    name: 'settle-deliveries',
    text: SETTLE,
    values: [
      leaseId,
      now.toISOString(),
      settlements.map(({ delivery }) => delivery.id),
      settlements.map(({ state }) => state),
      settlements.map(({ dueAt }) => dueAt.toISOString()),
      settlements.map(({ doubtful }) => doubtful),
      settlements.map(({ alone }) => alone),
      settlements.map(({ withdraws }) => withdraws),
      settlements.map(({ connectionVersion }) => connectionVersion),
      settlements.map(({ error }) => error?.class ?? null),
      settlements.map(({ error }) => error?.code ?? null),
      settlements.map(({ error }) => error?.title ?? null),
      settlements.map(({ error }) => error?.field ?? null),
      settlements.map(({ error }) => error?.fingerprint ?? null),
      settlements.map(({ receiptId }) => receiptId),
    ],
  });
  const done = settlements.filter(({ state }) => state === 'done').map(({ delivery }) => delivery);
  if (done.length === 0) return;
  await tx.query(SUPERSEDE, [
    connectionId,
    done.map(({ operation }) => operation),
    done.map(({ subject }) => subject.type),
    done.map(({ subject }) => subject.id),
    now.toISOString(),
  ]);
}

const SETTLE = `
  update delivery d
     set state = case when d.again then 'queued' else s.state end,
         lease_id = null,
         due_at = case when d.again then $2 else s.due_at end,
         settled_at = case when d.again or s.state = 'queued' then null else $2::timestamptz end,
         attempts = case when d.again and s.state = 'done' then 0 else d.attempts end,
         queued_at = case when d.again and s.state <> 'queued' then $2 else d.queued_at end,
         doubtful = s.doubtful, alone = s.alone, withdraws = case when d.again then d.withdraws else s.withdraws end,
         connection_version = case when d.again and s.state = 'done' then null else s.version end,
         corrections = case when s.state in ('queued', 'dead') then d.corrections end,
         first_failed_at = case when s.error_class is null then null else coalesce(d.first_failed_at, $2) end,
         failed_at = case when s.error_class is null then null else $2::timestamptz end,
         error_class = s.error_class, error_code = s.error_code, error_title = s.error_title, error_field = s.error_field,
         fingerprint = s.fingerprint, receipt_id = coalesce(s.receipt_id, d.receipt_id)
    from unnest($3::uuid[], $4::text[], $5::timestamptz[], $6::boolean[], $7::boolean[], $8::boolean[], $9::int[],
                $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::uuid[])
         as s (id, state, due_at, doubtful, alone, withdraws, version, error_class, error_code, error_title, error_field,
               fingerprint, receipt_id)
   where d.id = s.id and d.lease_id = $1 and d.state = 'leased'`;

const SUPERSEDE = `
  update delivery old set state = 'superseded', settled_at = $5, corrections = null
    from unnest($2::text[], $3::text[], $4::uuid[]) as d (operation, subject_type, subject_id)
   where old.state = 'dead' and old.connection_id = $1 and old.operation = d.operation
     and old.subject_type = d.subject_type and old.subject_id = d.subject_id`;
