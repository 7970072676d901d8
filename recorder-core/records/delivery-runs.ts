import type { Tx } from './database.ts';
import { deliveriesAbout, type DeliveryLane } from './deliveries.ts';

/** One call to one connection: what was sent together, and what became of it. */
export interface DeliveryRun {
  readonly connectionId: string;
  readonly connection: string;
  readonly operation: string;
  readonly lane: DeliveryLane;
  readonly connectionVersion: number | null;
  /** RFC 3339. Together with the connection it names the run. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly traceId: string | null;
  readonly records: number;
  readonly done: number;
  readonly rejected: number;
  readonly unknown: number;
}

/** Which runs; everything named must be so. */
export interface RunFilter {
  readonly connectionId?: string | undefined;
  /** Only those in which something was not done. */
  readonly failed?: boolean | undefined;
  readonly subjectId?: string | undefined;
  readonly from?: Date | undefined;
  readonly before?: Date | undefined;
  readonly limit: number;
}

/** So many attempts, and so many batches, are looked at for one page. */
const LOOKED_AT = 20_000;

const WITHIN = `($1::uuid is null or x.connection_id = $1) and ($2::timestamptz is null or x.started_at >= $2)
                and ($3::timestamptz is null or x.started_at < $3)
                and ($4::uuid is null or (x.connection_id, x.started_at) in (select connection_id, started_at from of_subject))
              order by x.started_at desc limit ${LOOKED_AT}`;

/** The newest runs, made of the batches and of the other attempts that are still kept. */
export async function listDeliveryRuns(tx: Tx, filter: RunFilter): Promise<DeliveryRun[]> {
  const { connectionId, failed, subjectId, from, before, limit } = filter;
  const { rows } = await tx.query<Omit<DeliveryRun, 'startedAt'> & { readonly startedAt: Date }>(
    `with of_subject as (
       select o.connection_id, o.started_at from delivery d
         join delivery_attempt o on o.tenant_id = d.tenant_id and o.delivery_id = d.id
        where d.subject_type = 'recording' and d.id in ${deliveriesAbout('$4')}
       union all
       select b.connection_id, b.started_at from delivery d
         join delivery_batch b on b.tenant_id = d.tenant_id and b.id = d.batch_id
        where d.subject_type = 'recording' and d.id in ${deliveriesAbout('$4')})
     select a.connection_id as "connectionId", c.name as connection, a.operation, a.lane,
            a.connection_version as "connectionVersion", a.started_at as "startedAt", max(a.duration_ms) as "durationMs",
            a.trace_id as "traceId", sum(done + rejected + unknown)::int as records, sum(done)::int as done,
            sum(rejected)::int as rejected, sum(unknown)::int as unknown
       from (select tenant_id, connection_id, operation, lane, connection_version, started_at, duration_ms, trace_id,
                    (outcome = 'done')::int as done, (outcome = 'rejected')::int as rejected,
                    (outcome = 'unknown')::int as unknown
               from (select * from delivery_attempt x where ${WITHIN}) as attempts
             union all
             select tenant_id, connection_id, operation, lane, connection_version, started_at, duration_ms, trace_id, done, 0, 0
               from (select * from delivery_batch x where ${WITHIN}) as batches) a
       join connection c on c.tenant_id = a.tenant_id and c.id = a.connection_id
      group by 1, 2, 3, 4, 5, 6, 8
     having not $5::boolean or sum(rejected + unknown) > 0
      order by a.started_at desc, a.connection_id limit $6`,
    [
      connectionId ?? null,
      from?.toISOString() ?? null,
      before?.toISOString() ?? null,
      subjectId ?? null,
      failed ?? false,
      limit,
    ],
  );
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString() }));
}
