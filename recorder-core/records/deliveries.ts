import type { Tx } from './database.ts';
import { insertOutbox } from './outbox.ts';

/** Whose share of a connection's budget a delivery takes: what happens now, older recordings, what failed before. */
export type DeliveryLane = 'live' | 'backfill' | 'replay';

/**
 * - `queued` waits until it is due; `leased` a worker has it
 * - `done` the other side has it as it stood; `rejected` it was not to be sent, by our own rules
 * - `dead` it failed for good and waits for a person; `superseded` a later one succeeded; `discarded` by a person
 */
export type DeliveryState = 'queued' | 'leased' | 'done' | 'rejected' | 'dead' | 'superseded' | 'discarded';

/** What a delivery is about. */
export interface DeliverySubject {
  readonly type: 'recording';
  readonly id: string;
}

/** Something that a connection is to be told. What is sent is made at the time of sending, from the row as it then stands. */
export interface NewDelivery {
  readonly connectionId: string;
  /** Id from the connector's manifest. */
  readonly operation: string;
  readonly subject: DeliverySubject;
  /** `live` where left out. */
  readonly lane?: DeliveryLane;
  /** When it is sent at the earliest; at once where left out. */
  readonly dueAt?: Date;
  /** The subject is to be deleted there; asked also of a connection that is switched off. */
  readonly withdraws?: boolean;
  readonly backfillId?: string;
}

/** Who queues, and when. */
export interface Queueing {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly trace?: Readonly<Record<string, string>>;
}

/**
 * Queues deliveries and announces them, in the transaction of the change that makes them necessary. What waits already for
 * the same connection, operation and subject stays one delivery; what is under way is sent once more afterwards. Answers
 * how many rows were made or taken up.
 */
export async function queueDeliveries(
  tx: Tx,
  queueing: Queueing,
  wanted: readonly NewDelivery[],
): Promise<number> {
  const each = [...new Map(wanted.map((one) => [keyOf(one), one])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1)) // in one order everywhere, so that two of these never wait for each other
    .map(([, one]) => one);
  if (each.length === 0) return 0;
  const { tenantId, now, newId, trace = {} } = queueing;
  const { rowCount } = await tx.query(QUEUE, [
    tenantId,
    now.toISOString(),
    each.map(() => newId(now)),
    each.map(({ connectionId }) => connectionId),
    each.map(({ operation }) => operation),
    each.map(({ subject }) => subject.type),
    each.map(({ subject }) => subject.id),
    each.map(({ lane }) => lane ?? 'live'),
    each.map(({ dueAt }) => (dueAt ?? now).toISOString()),
    each.map(({ withdraws }) => withdraws ?? false),
    each.map(({ backfillId }) => backfillId ?? null),
  ]);
  await announceDeliveries(tx, { tenantId, now, newId, trace }, each);
  return rowCount ?? 0;
}

/** Has the queues of these connections looked at, once the transaction is committed; each once. */
export async function announceDeliveries(
  tx: Tx,
  { tenantId, now, newId, trace = {} }: Queueing,
  queues: readonly { readonly connectionId: string; readonly lane?: DeliveryLane }[],
): Promise<void> {
  const payloads = new Map(
    queues.map(({ connectionId, lane = 'live' }) => [`${connectionId}/${lane}`, { connectionId, lane }]),
  );
  if (payloads.size === 0) return;
  await insertOutbox(
    tx,
    ...[...payloads.values()].map((payload) => ({
      tenantId,
      id: newId(now),
      topic: 'deliveries.queued' as const,
      payload,
      trace,
    })),
  );
}

function keyOf({ connectionId, operation, subject }: NewDelivery): string {
  return `${connectionId}/${operation}/${subject.type}/${subject.id}`;
}

/**
 * A live change overtakes a back-fill that waits, and leaves it: whoever pauses or cancels that means older recordings. A
 * back-fill knows no restrictions, and so does not make a deletion that waits into anything else.
 */
const QUEUE = `
  insert into delivery as d (tenant_id, id, connection_id, operation, subject_type, subject_id, lane, state, queued_at,
                             due_at, withdraws, backfill_id)
  select $1, w.id, w.connection_id, w.operation, w.subject_type, w.subject_id, w.lane, 'queued', $2, w.due_at, w.withdraws,
         w.backfill_id
    from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::timestamptz[], $10::boolean[],
                $11::uuid[])
         as w (id, connection_id, operation, subject_type, subject_id, lane, due_at, withdraws, backfill_id)
  on conflict (tenant_id, connection_id, operation, subject_type, subject_id) where state in ('queued', 'leased')
  do update set again = d.again or d.state = 'leased',
                lane = case when excluded.lane = 'live' then 'live' else d.lane end,
                backfill_id = case when excluded.lane = 'live' then null else d.backfill_id end,
                withdraws = excluded.withdraws or (d.withdraws and excluded.lane <> 'live'),
                due_at = case when d.state = 'queued' then least(d.due_at, excluded.due_at) else d.due_at end`;

/** A delivery as a worker has claimed it. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly operation: string;
  readonly subject: DeliverySubject;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  readonly doubtful: boolean;
  readonly alone: boolean;
  readonly connectionVersion: number | null;
  readonly corrections: Readonly<Record<string, unknown>> | null;
  readonly firstFailedAt: string | null;
}

/** What is due in a queue. */
export interface DueDeliveries {
  readonly connectionId: string;
  readonly lane: DeliveryLane;
  /** As many of it at the most. */
  readonly limit: number;
  readonly now: Date;
  /** Only what is to be deleted there, as of a connection that is switched off. */
  readonly withdrawalsOnly: boolean;
}

/** What is claimed, by which attempt of whose work. */
export interface DeliveryClaim extends DueDeliveries {
  readonly leaseId: string;
  readonly leaseUntil: Date;
}

const DUE = `q.connection_id = $1 and q.lane = $2 and q.state in ('queued', 'leased') and q.due_at <= $4
       and (not $5 or q.withdraws)
       and (q.backfill_id is null
            or exists (select from delivery_backfill b where b.id = q.backfill_id and b.state <> 'paused'))`;

function valuesOf({ connectionId, lane, limit, now, withdrawalsOnly }: DueDeliveries) {
  return [connectionId, lane, limit, now.toISOString(), withdrawalsOnly];
}

/** Whether more than `limit` deliveries are due. */
export async function isLongQueue(tx: Tx, due: DueDeliveries): Promise<boolean> {
  const { rows } = await tx.query<{ due: number }>({
    name: 'count-due-deliveries',
    text: `select count(*) as due from (select from delivery q where ${DUE} limit $3 + 1) as d`,
    values: valuesOf(due),
  });
  return (rows[0]?.due ?? 0) > due.limit;
}

/**
 * Leases up to `limit` due deliveries, oldest first; what another worker claims at this moment is skipped. One whose lease
 * ran out is due again, and `doubtful`: its worker may have sent it.
 */
export async function claimDeliveries(tx: Tx, claim: DeliveryClaim): Promise<ClaimedDelivery[]> {
  const { rows } = await tx.query<ClaimedRow>({
    name: 'claim-deliveries',
    text: CLAIM,
    values: [...valuesOf(claim), claim.leaseId, claim.leaseUntil.toISOString()],
  });
  return rows.map(({ subjectType, subjectId, firstFailedAt, ...row }) => ({
    ...row,
    subject: { type: subjectType, id: subjectId },
    firstFailedAt: firstFailedAt?.toISOString() ?? null,
  }));
}

type ClaimedRow = Omit<ClaimedDelivery, 'subject' | 'firstFailedAt'> & {
  readonly subjectType: DeliverySubject['type'];
  readonly subjectId: string;
  readonly firstFailedAt: Date | null;
};

/** Locked rows stay in their place, by which they are found again without reading the queue once more. */
const CLAIM = `
  with due as materialized (
    select q.ctid as place from delivery q
     where ${DUE}
     order by q.due_at, q.id limit $3 for update of q skip locked)
  update delivery d
     set state = 'leased', lease_id = $6, due_at = $7, attempts = d.attempts + 1, again = false,
         doubtful = d.doubtful or d.state = 'leased'
   where d.ctid = any (array(select place from due))
  returning d.id, d.operation, d.subject_type as "subjectType", d.subject_id as "subjectId", d.attempts as attempt,
            d.doubtful, d.alone, d.connection_version as "connectionVersion", d.corrections,
            d.first_failed_at as "firstFailedAt"`;

/** Gives back what was claimed under `leaseId` and not sent: to the front of its queue, as if it had not been claimed. */
export async function putBackDeliveries(tx: Tx, leaseId: string, ids: readonly string[]): Promise<void> {
  await tx.query(
    `update delivery set state = 'queued', lease_id = null, due_at = queued_at, attempts = attempts - 1, again = false
      where id = any ($2) and lease_id = $1 and state = 'leased'`,
    [leaseId, ids],
  );
}

/**
 * Makes due what an earlier attempt of the same work had leased and did not settle: that worker is known to be gone. Leases are
 * found among what is due later.
 */
export async function giveBackLeases(
  tx: Tx,
  connectionId: string,
  leaseIds: readonly string[],
  now: Date,
): Promise<void> {
  await tx.query(
    "update delivery set due_at = $3 where connection_id = $1 and state = 'leased' and due_at > $3 and lease_id = any ($2)",
    [connectionId, leaseIds, now.toISOString()],
  );
}

/** When the next delivery of a queue is due; null where none waits. */
export async function nextDue(
  tx: Tx,
  { connectionId, lane }: Pick<DeliveryClaim, 'connectionId' | 'lane'>,
): Promise<Date | null> {
  const { rows } = await tx.query<{ due: Date }>(
    `select due_at as due from delivery
      where connection_id = $1 and lane = $2 and state in ('queued', 'leased')
      order by due_at limit 1`,
    [connectionId, lane],
  );
  return rows[0]?.due ?? null;
}
