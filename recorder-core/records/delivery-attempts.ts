import { arrayText } from './array-text.ts';
import type { Tx } from './database.ts';
import type { DeliveryLane } from './deliveries.ts';
import { pruneBatches, type AttemptedBatch } from './delivery-batches.ts';

/** One attempt to send one delivery, that was not simply taken: those that were are read from their batch. */
export interface DeliveryAttempt {
  readonly deliveryId: string;
  /** From 1. */
  readonly number: number;
  readonly outcome: 'done' | 'rejected' | 'unknown';
  /** What a finished act did. */
  readonly result: string | null;
  readonly errorClass: string | null;
  /** What the other side calls it. */
  readonly errorCode: string | null;
  readonly errorTitle: string | null;
  readonly receiptId: string | null;
}

/** Keeps the attempts of a batch in one statement; what is kept already stays as it is. */
export async function insertAttempts(
  tx: Tx,
  tenantId: string,
  batch: AttemptedBatch,
  attempts: readonly DeliveryAttempt[],
): Promise<void> {
  if (attempts.length === 0) return;
  await tx.query({
    name: 'insert-delivery-attempts',
    text: `insert into delivery_attempt (tenant_id, delivery_id, number, connection_id, operation, lane, connection_version,
                                         started_at, duration_ms, trace_id, outcome, result, error_class, error_code,
                                         error_title, receipt_id)
           select $1, a.delivery_id, a.number, $2, $3, $4, $5, $6, $7, $8, a.outcome, a.result, a.error_class, a.error_code,
                  a.error_title, a.receipt_id
             from unnest($9::uuid[], $10::int[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                         $16::uuid[])
                  as a (delivery_id, number, outcome, result, error_class, error_code, error_title, receipt_id)
           on conflict do nothing`,
    values: [
      tenantId,
      batch.connectionId,
      batch.operation,
      batch.lane,
      batch.connectionVersion,
      batch.startedAt.toISOString(),
      Math.round(batch.durationMs),
      batch.traceId,
      arrayText(attempts.map(({ deliveryId }) => deliveryId)),
      arrayText(attempts.map(({ number }) => number)),
      arrayText(attempts.map(({ outcome }) => outcome)),
      arrayText(attempts.map(({ result }) => result)),
      arrayText(attempts.map(({ errorClass }) => errorClass)),
      arrayText(attempts.map(({ errorCode }) => errorCode)),
      arrayText(attempts.map(({ errorTitle }) => errorTitle)),
      arrayText(attempts.map(({ receiptId }) => receiptId)),
    ],
  });
}

/** An attempt as it is read. */
export interface StoredAttempt extends Omit<DeliveryAttempt, 'deliveryId'> {
  readonly operation: string;
  readonly lane: DeliveryLane;
  readonly connectionVersion: number | null;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly traceId: string | null;
}

/** The attempts of one delivery that are still kept, first one first: its own, and the one by which its batch took it. */
export async function readAttempts(tx: Tx, deliveryId: string): Promise<StoredAttempt[]> {
  const { rows } = await tx.query<Omit<StoredAttempt, 'startedAt'> & { readonly startedAt: Date }>(
    `select number, operation, lane, connection_version as "connectionVersion", started_at as "startedAt",
            duration_ms as "durationMs", outcome, result, error_class as "errorClass", error_code as "errorCode",
            error_title as "errorTitle", receipt_id as "receiptId", trace_id as "traceId"
       from delivery_attempt where delivery_id = $1
     union all
     select d.attempts, b.operation, b.lane, b.connection_version, b.started_at, b.duration_ms, 'done', r.detail, null, null,
            null, d.receipt_id, b.trace_id
       from delivery d
       join delivery_batch b on b.tenant_id = d.tenant_id and b.id = d.batch_id
       left join receipt r on r.tenant_id = d.tenant_id and r.id = d.receipt_id
      where d.id = $1
      order by "startedAt", number`,
    [deliveryId],
  );
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString() }));
}

/** The least id of that time: ids begin with theirs, so what is older stands below, and its end is found without an index. */
function firstIdOf(at: Date): string {
  const ms = at.getTime().toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`;
}

/**
 * Forgets up to `limit` attempts that began before `before`, as many batches, and as many deliveries that were over by then;
 * receipts and leaves stay. Dead ones wait for a person; what was called off and may have arrived all the same is the only word of
 * that, and stays. Answers how many rows went.
 */
export async function pruneDeliveries(tx: Tx, before: Date, limit: number): Promise<number> {
  const values = [before.toISOString(), limit];
  const attempts = await tx.query(
    `delete from delivery_attempt a using (
       select delivery_id, number from delivery_attempt where started_at < $1 limit $2) old
      where a.delivery_id = old.delivery_id and a.number = old.number`,
    values,
  );
  const deliveries = await tx.query(
    `delete from delivery d using (
       select id from delivery
        where id < $3 and settled_at < $1 and not doubtful and state in ('done', 'superseded', 'rejected', 'discarded')
        order by id limit $2) old
      where d.id = old.id`,
    [...values, firstIdOf(before)],
  );
  return (attempts.rowCount ?? 0) + (deliveries.rowCount ?? 0) + (await pruneBatches(tx, before, limit));
}
