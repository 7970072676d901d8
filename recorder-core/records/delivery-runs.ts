import type { Tx } from './database.ts';
import type { DeliveryLane } from './deliveries.ts';

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

/** So many attempts are looked at for one page. */
const LOOKED_AT = 20_000;

/** The newest runs, made of the attempts that are still kept. */
export async function listDeliveryRuns(tx: Tx, filter: RunFilter): Promise<DeliveryRun[]> {
  const { connectionId, failed, subjectId, from, before, limit } = filter;
  const { rows } = await tx.query<Omit<DeliveryRun, 'startedAt'> & { readonly startedAt: Date }>(
    `select a.connection_id as "connectionId", c.name as connection, a.operation, a.lane,
            a.connection_version as "connectionVersion", a.started_at as "startedAt", max(a.duration_ms) as "durationMs",
            a.trace_id as "traceId", count(*)::int as records, count(*) filter (where a.outcome = 'done')::int as done,
            count(*) filter (where a.outcome = 'rejected')::int as rejected,
            count(*) filter (where a.outcome = 'unknown')::int as unknown
       from (select * from delivery_attempt a
              where ($1::uuid is null or a.connection_id = $1)
                and ($2::timestamptz is null or a.started_at >= $2) and ($3::timestamptz is null or a.started_at < $3)
                and ($4::uuid is null or exists (select from delivery_attempt o
                       join delivery d on d.tenant_id = o.tenant_id and d.id = o.delivery_id
                      where d.subject_id = $4 and o.connection_id = a.connection_id and o.started_at = a.started_at))
              order by a.started_at desc limit ${LOOKED_AT}) a
       join connection c on c.tenant_id = a.tenant_id and c.id = a.connection_id
      group by 1, 2, 3, 4, 5, 6, 8
     having not $5::boolean or count(*) filter (where a.outcome <> 'done') > 0
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
