import type { Tx } from './database.ts';
import {
  deliveriesAbout,
  type DeliveryLane,
  type DeliveryState,
  type DeliverySubject,
} from './deliveries.ts';
import { leasedIds } from './delivery-leases.ts';

/** A delivery as people look at it; of corrections the names of their fields alone. */
export interface StoredDelivery {
  readonly id: string;
  readonly connectionId: string;
  readonly connection: string;
  readonly operation: string;
  readonly subject: DeliverySubject;
  readonly lane: DeliveryLane;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly queuedAt: string;
  readonly dueAt: string;
  readonly settledAt: string | null;
  readonly connectionVersion: number | null;
  readonly correctedFields: readonly string[];
  readonly withdraws: boolean;
  readonly doubtful: boolean;
  readonly error: {
    readonly class: string;
    readonly code: string | null;
    readonly title: string;
    /** What a person can do about it; null where it failed before that was kept. */
    readonly fix: string | null;
    readonly field: string | null;
    readonly fingerprint: string;
    readonly at: string;
  } | null;
  readonly receiptId: string | null;
}

interface Row extends Omit<StoredDelivery, 'subject' | 'queuedAt' | 'dueAt' | 'settledAt' | 'error'> {
  readonly subjectType: DeliverySubject['type'];
  readonly subjectId: string;
  readonly queuedAt: Date;
  readonly dueAt: Date;
  readonly settledAt: Date | null;
  readonly errorClass: string | null;
  readonly errorCode: string | null;
  readonly errorTitle: string | null;
  readonly errorFix: string | null;
  readonly errorField: string | null;
  readonly fingerprint: string | null;
  readonly failedAt: Date | null;
}

const LEASED = `d.state = 'queued' and d.id in ${leasedIds('true')}`;
/** As people know it: `leased` is told by leases. */
const STATE = `case when ${LEASED} then 'leased' else d.state end`;

const SELECT = `
  select d.id, d.connection_id as "connectionId", c.name as connection, d.operation, d.subject_type as "subjectType",
         d.subject_id as "subjectId", d.lane, ${STATE} as state, d.attempts, d.queued_at as "queuedAt", d.due_at as "dueAt",
         d.settled_at as "settledAt", d.connection_version as "connectionVersion", d.withdraws, d.doubtful,
         array(select jsonb_object_keys(coalesce(d.corrections, '{}')) order by 1) as "correctedFields",
         d.error_class as "errorClass", d.error_code as "errorCode", d.error_title as "errorTitle",
         d.error_field as "errorField", d.error_fix as "errorFix", d.fingerprint, d.failed_at as "failedAt",
         d.receipt_id as "receiptId"
    from delivery d join connection c on c.tenant_id = d.tenant_id and c.id = d.connection_id`;

/** Which deliveries; everything named must be so. */
export interface DeliveryFilter {
  readonly connectionId?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly lane?: DeliveryLane | undefined;
  readonly fingerprint?: string | undefined;
  readonly subjectId?: string | undefined;
  /** Queued in [from, until). */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  /** With an attempt that began then: what was sent together. */
  readonly attemptedAt?: Date | undefined;
  /** Goes on after this one: the last of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** A page of deliveries, the youngest id first. */
export async function listDeliveries(tx: Tx, filter: DeliveryFilter): Promise<StoredDelivery[]> {
  const { connectionId, state, lane, fingerprint, subjectId, from, until, attemptedAt, before, limit } =
    filter;
  const { rows } = await tx.query<Row>(
    `${SELECT}
      where ($1::uuid is null or d.connection_id = $1)
        and ($2::text is null or d.state = case $2 when 'leased' then 'queued' else $2 end)
        and ($2::text is null or $2 not in ('queued', 'leased') or (${LEASED}) = ($2 = 'leased'))
        and ($3::text is null or d.lane = $3) and ($4::text is null or d.fingerprint = $4)
        and ($5::uuid is null or d.id in ${deliveriesAbout('$5')}) and ($6::uuid is null or d.id < $6)
        and ($8::timestamptz is null or d.queued_at >= $8) and ($9::timestamptz is null or d.queued_at < $9)
        and ($10::timestamptz is null
             or d.id in (select delivery_id from delivery_attempt where started_at = $10
                         union all select unnest(delivery_ids) from delivery_batch where started_at = $10))
      order by d.id desc limit $7`,
    [
      connectionId ?? null,
      state ?? null,
      lane ?? null,
      fingerprint ?? null,
      subjectId ?? null,
      before ?? null,
      limit,
      from?.toISOString() ?? null,
      until?.toISOString() ?? null,
      attemptedAt?.toISOString() ?? null,
    ],
  );
  return rows.map(fromRow);
}

/** One delivery, or undefined. */
export async function readDelivery(tx: Tx, id: string): Promise<StoredDelivery | undefined> {
  const { rows } = await tx.query<Row>(`${SELECT} where d.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

function fromRow(row: Row): StoredDelivery {
  const { subjectType, subjectId, errorClass, errorCode, errorTitle, errorField, fingerprint, ...rest } = row;
  const { failedAt, errorFix, ...facts } = rest;
  return {
    ...facts,
    subject: { type: subjectType, id: subjectId },
    queuedAt: row.queuedAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
    error:
      errorClass === null || failedAt === null
        ? null
        : {
            class: errorClass,
            code: errorCode,
            title: errorTitle ?? '',
            fix: errorFix,
            field: errorField,
            fingerprint: fingerprint ?? '',
            at: failedAt.toISOString(),
          },
  };
}
