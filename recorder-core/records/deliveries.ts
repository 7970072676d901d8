import type { Tx } from './database.ts';
import { leasedIds } from './delivery-leases.ts';
import { FIRST_ID } from './ids.ts';
import { insertOutbox } from './outbox.ts';

/** Whose share of a connection's budget a delivery takes: what happens now, older recordings, what failed before. */
export type DeliveryLane = 'live' | 'backfill' | 'replay';

/**
 * - `queued` waits until it is due; `leased` a worker has it: queued in its row, and named by a lease (`delivery-leases.ts`)
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
  on conflict (tenant_id, connection_id, operation, subject_type, subject_id) where state = 'queued'
  do update set asked = d.asked + 1,
                lane = case when excluded.lane = 'live' then 'live' else d.lane end,
                backfill_id = case when excluded.lane = 'live' then null else d.backfill_id end,
                withdraws = excluded.withdraws or (d.withdraws and excluded.lane <> 'live'),
                due_at = least(d.due_at, excluded.due_at)`;

/**
 * The ids of the deliveries about the subject that a parameter names, as SQL: what is done stands in no index by its subject, and is
 * found by the receipts about that.
 */
export function deliveriesAbout(parameter: `$${number}`): string {
  return `(select id from delivery where subject_id = ${parameter} and state <> 'done'
            union all select delivery_id from receipt where subject_id = ${parameter} and delivery_id is not null)`;
}

/** A delivery as a worker has claimed it. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly operation: string;
  readonly subject: DeliverySubject;
  /** This attempt's number, from 1. */
  readonly attempt: number;
  /** How often it was asked for once more by then. */
  readonly asked: number;
  readonly doubtful: boolean;
  /** How many it may be sent with, itself included; null where as many as there are: it never failed together with others. */
  readonly most: number | null;
  /** Failures that were its own. */
  readonly faults: number;
  /** Workers in a row that died while they had it and nothing else. */
  readonly crashes: number;
  readonly connectionVersion: number | null;
  readonly corrections: Readonly<Record<string, unknown>> | null;
  readonly firstFailedAt: string | null;
  /** When it last failed, or a worker that had it died; null where neither ever was. */
  readonly failedAt: string | null;
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

/** What is claimed, under which lease of whose. */
export interface DeliveryClaim extends DueDeliveries {
  readonly tenantId: string;
  readonly leaseId: string;
  /** One attempt of one activity. */
  readonly holder: string;
  readonly leaseUntil: Date;
}

const DUE = `q.connection_id = $1 and q.lane = $2 and q.state = 'queued' and q.due_at <= $4
       and q.id not in ${leasedIds('l.connection_id = $1')}
       and (not $5 or q.withdraws)
       and (q.backfill_id is null
            or exists (select from delivery_backfill b where b.id = q.backfill_id and b.state <> 'paused'))`;

function valuesOf({ connectionId, lane, limit, now, withdrawalsOnly }: DueDeliveries) {
  return [connectionId, lane, limit, now.toISOString(), withdrawalsOnly];
}

/** Whether more than `limit` deliveries are due that nobody has. */
export async function isLongQueue(tx: Tx, due: DueDeliveries): Promise<boolean> {
  const { rows } = await tx.query<{ due: number }>({
    name: 'count-due-deliveries',
    text: `select count(*) as due from (select from delivery q where ${DUE} limit $3 + 1) as d`,
    values: valuesOf(due),
  });
  return (rows[0]?.due ?? 0) > due.limit;
}

/**
 * Leases up to `limit` due deliveries that nobody has, oldest first, for a transaction that took its turn at the connection's
 * claims (`takeOverLeases`). Their own rows are not touched. A holder that has a lease in this queue goes on behind what is leased:
 * only to one that has none does an empty answer say that nothing is due.
 */
export async function claimDeliveries(tx: Tx, claim: DeliveryClaim): Promise<ClaimedDelivery[]> {
  const { tenantId, leaseId, holder, leaseUntil } = claim;
  const { rows } = await tx.query<ClaimedRow>({
    name: 'claim-deliveries',
    text: CLAIM,
    values: [...valuesOf(claim), tenantId, leaseId, holder, leaseUntil.toISOString()],
  });
  return rows.map(({ subjectType, subjectId, firstFailedAt, failedAt, ...row }) => ({
    ...row,
    subject: { type: subjectType, id: subjectId },
    firstFailedAt: firstFailedAt?.toISOString() ?? null,
    failedAt: failedAt?.toISOString() ?? null,
  }));
}

type ClaimedRow = Omit<ClaimedDelivery, 'subject' | 'firstFailedAt' | 'failedAt'> & {
  readonly subjectType: DeliverySubject['type'];
  readonly subjectId: string;
  readonly firstFailedAt: Date | null;
  readonly failedAt: Date | null;
};

/**
 * Whoever has a lease in the queue goes on behind the last of all that are leased there: in front of it nearly everything is. What
 * is free there all the same, for it was given back, is claimed by whoever has no lease yet, which everybody is who begins.
 */
const CLAIM = `
  with behind as materialized (
    select l.last_due_at, l.last_id from delivery_lease l
     where l.connection_id = $1 and l.lane = $2
       and exists (select from delivery_lease o where o.connection_id = $1 and o.lane = $2 and o.holder = $8)
     union all
    select '-infinity', '${FIRST_ID}'
     order by 1 desc, 2 desc limit 1),
  due as materialized (
    select q.id, q.due_at, q.operation, q.subject_type, q.subject_id, q.attempts, q.asked, q.doubtful, q.most,
           q.faults, q.crashes, q.connection_version, q.corrections, q.first_failed_at, q.failed_at
      from delivery q where ${DUE}
       and (q.due_at, q.id) > ((select last_due_at from behind), (select last_id from behind))
     order by q.due_at, q.id limit $3),
  lease as (
    insert into delivery_lease (tenant_id, id, holder, connection_id, lane, until, delivery_ids, last_due_at, last_id)
    select $6::uuid, $7::uuid, $8::uuid, $1, $2, $9::timestamptz, array_agg(id), max(due_at),
           (select id from due order by due_at desc, id desc limit 1)
      from due having count(*) > 0)
  select d.id, d.operation, d.subject_type as "subjectType", d.subject_id as "subjectId", d.attempts + 1 as attempt, d.asked,
         d.doubtful, d.most, d.faults, d.crashes, d.connection_version as "connectionVersion", d.corrections,
         d.first_failed_at as "firstFailedAt", d.failed_at as "failedAt"
    from due d`;

/** When the next delivery of a queue is due that nobody has, or a lease ends; null where none waits. */
export async function nextDue(
  tx: Tx,
  { connectionId, lane }: Pick<DeliveryClaim, 'connectionId' | 'lane'>,
): Promise<Date | null> {
  const { rows } = await tx.query<{ due: Date | null }>(
    `select least((select due_at from delivery
                    where connection_id = $1 and lane = $2 and state = 'queued'
                      and id not in ${leasedIds('l.connection_id = $1')}
                    order by due_at limit 1),
                  (select min(until) from delivery_lease where connection_id = $1 and lane = $2)) as due`,
    [connectionId, lane],
  );
  return rows[0]?.due ?? null;
}
