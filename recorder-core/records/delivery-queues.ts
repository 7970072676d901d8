import type { Tx } from './database.ts';
import type { DeliveryLane } from './deliveries.ts';
import { leasedIds } from './delivery-leases.ts';

/** A queue of the tenant. */
export interface DeliveryQueue {
  readonly connectionId: string;
  readonly lane: DeliveryLane;
}

/**
 * Queues that a worker has something to do in: of live connections whatever is due and what a back-fill is to bring, of paused
 * and removed ones what is to be deleted there, and what a worker that is gone may have sent. None whose gate is closed.
 */
export async function listDueQueues(tx: Tx, now: Date): Promise<DeliveryQueue[]> {
  const { rows } = await tx.query<DeliveryQueue>(
    `select c.id as "connectionId", l.lane
       from connection c
       cross join unnest(array['live', 'backfill', 'replay']) as l (lane)
       left join delivery_gate g on g.tenant_id = c.tenant_id and g.connection_id = c.id
      where (g.closed_until is null or g.closed_until <= $1)
        and case c.state
              when 'live' then
                exists (select from delivery d
                         where d.tenant_id = c.tenant_id and d.connection_id = c.id and d.lane = l.lane
                           and d.state = 'queued' and d.due_at <= $1
                           and d.id not in ${leasedIds('l.until > $1')})
                or (l.lane = 'backfill'
                    and exists (select from delivery_backfill b
                                 where b.tenant_id = c.tenant_id and b.connection_id = c.id and b.state = 'running'))
              when 'draft' then false
              else
                exists (select from delivery d
                         where d.tenant_id = c.tenant_id and d.connection_id = c.id and d.lane = l.lane and d.withdraws
                           and d.state = 'queued' and d.due_at <= $1
                           and d.id not in ${leasedIds('l.until > $1')})
                or exists (select from delivery_lease x
                            where x.tenant_id = c.tenant_id and x.connection_id = c.id and x.lane = l.lane and x.until <= $1)
            end
      order by c.id, l.lane`,
    [now.toISOString()],
  );
  return rows;
}

/** How a connection is delivered to. */
export interface DeliveryHealth {
  readonly connectionId: string;
  readonly connector: string;
  /** What waits, also for later. */
  readonly queued: number;
  /** Since when the oldest of it waits, RFC 3339; null where nothing does. */
  readonly oldestQueuedAt: string | null;
  readonly dead: number;
  /** Attempts of the last hour, and how many of them took nothing. */
  readonly attempts: number;
  readonly failed: number;
  readonly lastDoneAt: string | null;
  readonly lastFailedAt: string | null;
  /** Nothing is sent before; null where it is open. */
  readonly closedUntil: string | null;
  readonly error: { readonly class: string; readonly title: string; readonly fix: string | null } | null;
}

/** The health of all connections that are not removed, or of one. */
export async function readDeliveryHealth(
  tx: Tx,
  now: Date,
  connectionId: string | null = null,
): Promise<DeliveryHealth[]> {
  const { rows } = await tx.query<HealthRow>(
    `with tries as (
       select connection_id, sum(attempts)::bigint as attempts, sum(failed)::bigint as failed
         from (select connection_id, count(*) as attempts, count(*) filter (where outcome <> 'done') as failed
                 from delivery_attempt where started_at > $1::timestamptz - interval '1 hour' group by connection_id
               union all
               select connection_id, sum(done), 0 from delivery_batch
                where started_at > $1::timestamptz - interval '1 hour' group by connection_id) as a
        group by connection_id)
     select c.id as "connectionId", c.connector, coalesce(q.queued, 0) as queued, q.oldest, coalesce(x.dead, 0) as dead,
            coalesce(t.attempts, 0) as attempts, coalesce(t.failed, 0) as failed, g.last_done_at as "lastDone",
            g.last_failed_at as "lastFailed", case when g.closed_until > $1 then g.closed_until end as "closedUntil",
            g.error_class as "errorClass", g.error_title as "errorTitle", g.error_fix as "errorFix"
       from connection c
       left join lateral (select count(*) as queued, min(queued_at) as oldest from delivery d
                           where d.tenant_id = c.tenant_id and d.connection_id = c.id
                             and d.state = 'queued') q on true
       left join lateral (select count(*) as dead from delivery d
                           where d.tenant_id = c.tenant_id and d.connection_id = c.id and d.state = 'dead') x on true
       left join tries t on t.connection_id = c.id
       left join delivery_gate g on g.tenant_id = c.tenant_id and g.connection_id = c.id
      where c.state <> 'removed' and ($2::uuid is null or c.id = $2)
      order by c.name, c.id`,
    [now.toISOString(), connectionId],
  );
  return rows.map(
    ({ oldest, lastDone, lastFailed, closedUntil, errorClass, errorTitle, errorFix, ...counts }) => ({
      ...counts,
      oldestQueuedAt: oldest?.toISOString() ?? null,
      lastDoneAt: lastDone?.toISOString() ?? null,
      lastFailedAt: lastFailed?.toISOString() ?? null,
      closedUntil: closedUntil?.toISOString() ?? null,
      error: errorClass === null ? null : { class: errorClass, title: errorTitle ?? '', fix: errorFix },
    }),
  );
}

interface HealthRow extends Pick<
  DeliveryHealth,
  'connectionId' | 'connector' | 'queued' | 'dead' | 'attempts' | 'failed'
> {
  readonly oldest: Date | null;
  readonly lastDone: Date | null;
  readonly lastFailed: Date | null;
  readonly closedUntil: Date | null;
  readonly errorClass: string | null;
  readonly errorTitle: string | null;
  readonly errorFix: string | null;
}
