import type { Tx } from './database.ts';
import { queueDeliveries, type Queueing } from './deliveries.ts';
import { IS_LEASED } from './delivery-leases.ts';

/** Older recordings that one connection is to be told of. */
export interface Backfill {
  readonly id: string;
  readonly connectionId: string;
  /** `done`: everything has been queued; `waiting` says how much of it is still to be sent. */
  readonly state: 'running' | 'paused' | 'done' | 'cancelled';
  /** Recordings that began from the first on, until before the second; RFC 3339, null for all. */
  readonly startedFrom: string | null;
  readonly startedBefore: string;
  /** Recordings of the window when it was asked for. */
  readonly total: number;
  readonly queued: number;
  readonly waiting: number;
  readonly dead: number;
  readonly askedBy: { readonly id: string; readonly name: string } | null;
  readonly askedAt: string;
  readonly endedAt: string | null;
}

const OF_WINDOW = `r.state in ('stored', 'retained') and ($1::timestamptz is null or r.started_at >= $1)
  and r.started_at < $2`;

/** What a back-fill begins with. */
export type NewBackfill = Pick<Backfill, 'id' | 'connectionId' | 'startedFrom' | 'startedBefore'> & {
  readonly askedBy: string | null;
  readonly askedAt: Date;
};

/** Begins a back-fill; answers false where the connection has one that is not over. */
export async function insertBackfill(tx: Tx, tenantId: string, made: NewBackfill): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into delivery_backfill (tenant_id, id, connection_id, state, started_from, started_before, total, asked_by,
                                    asked_at)
     select $3, $4, $5, 'running', $1, $2, (select count(*) from recording r where ${OF_WINDOW}), $6, $7
     on conflict do nothing`,
    [
      made.startedFrom,
      made.startedBefore,
      tenantId,
      made.id,
      made.connectionId,
      made.askedBy,
      made.askedAt.toISOString(),
    ],
  );
  return rowCount === 1;
}

/** How many recordings a back-fill of all until before an instant would send. */
export async function countForBackfill(tx: Tx, startedBefore: string): Promise<number> {
  const { rows } = await tx.query<{ count: string }>(`select count(*) from recording r where ${OF_WINDOW}`, [
    null,
    startedBefore,
  ]);
  return Number(rows[0]?.count ?? 0);
}

type Row = Omit<Backfill, 'startedFrom' | 'startedBefore' | 'askedAt' | 'endedAt' | 'askedBy'> & {
  readonly startedFrom: Date | null;
  readonly startedBefore: Date;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
  readonly asker: string | null;
  readonly askerName: string | null;
};

/** The back-fills of a connection, newest first; or one of them. */
export async function listBackfills(
  tx: Tx,
  which: { readonly connectionId: string } | { readonly id: string },
): Promise<Backfill[]> {
  const { rows } = await tx.query<Row>(
    `select b.id, b.connection_id as "connectionId", b.state, b.started_from as "startedFrom",
            b.started_before as "startedBefore", b.total, b.queued, b.asked_by as asker, u.name as "askerName",
            b.asked_at as "askedAt", b.ended_at as "endedAt",
            (select count(*) from delivery d where d.tenant_id = b.tenant_id and d.backfill_id = b.id
                and d.state = 'queued') as waiting,
            (select count(*) from delivery d where d.tenant_id = b.tenant_id and d.backfill_id = b.id
                and d.state = 'dead') as dead
       from delivery_backfill b left join app_user u on u.tenant_id = b.tenant_id and u.id = b.asked_by
      where b.connection_id = $1 or b.id = $2
      order by b.asked_at desc, b.id desc limit 100`,
    'id' in which ? [null, which.id] : [which.connectionId, null],
  );
  return rows.map(({ asker, askerName, ...row }) => ({
    ...row,
    startedFrom: row.startedFrom?.toISOString() ?? null,
    startedBefore: row.startedBefore.toISOString(),
    askedBy: asker === null ? null : { id: asker, name: askerName ?? asker },
    askedAt: row.askedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}

/** Moves a back-fill that is in one of `from`; answers false where it is not. A cancelled one takes with it what still waits. */
export async function moveBackfill(
  tx: Tx,
  id: string,
  from: readonly Backfill['state'][],
  to: Backfill['state'],
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update delivery_backfill
        set state = $3, ended_at = case when $3 in ('done', 'cancelled') then $4::timestamptz end
      where id = $1 and state = any ($2)`,
    [id, from, to, now.toISOString()],
  );
  if (rowCount !== 1) return false;
  if (to === 'cancelled')
    await tx.query(
      `update delivery d set state = 'discarded', settled_at = $2
        where backfill_id = $1 and state = 'queued' and not ${IS_LEASED}`,
      [id, now.toISOString()],
    );
  return true;
}

/**
 * Queues the next recordings of a connection's running back-fill, oldest first, and answers how many; 0 where none runs or
 * all are queued, which ends it. So a back-fill of millions waits in its window and not in the queue.
 */
export async function queueBackfillPage(
  tx: Tx,
  queueing: Queueing,
  connectionId: string,
  limit: number,
): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from delivery_backfill where connection_id = $1 and state = 'running' for update",
    [connectionId],
  );
  const [backfill] = rows;
  if (backfill === undefined) return 0;
  const page = await tx.query<{ id: string; startedAt: string }>(
    `select r.id, r.started_at::text as "startedAt"
       from delivery_backfill b
       join recording r on r.tenant_id = b.tenant_id
      where b.id = $1 and r.state in ('stored', 'retained')
        and (b.started_from is null or r.started_at >= b.started_from) and r.started_at < b.started_before
        and (b.after_started is null or (r.started_at, r.id) > (b.after_started, b.after_id))
      order by r.started_at, r.id limit $2`,
    [backfill.id, limit],
  );
  const last = page.rows.at(-1);
  if (last === undefined) {
    await moveBackfill(tx, backfill.id, ['running'], 'done', queueing.now);
    return 0;
  }
  await queueDeliveries(
    tx,
    queueing,
    page.rows.map(({ id }) => ({
      connectionId,
      operation: 'upsert-recording',
      subject: { type: 'recording', id },
      lane: 'backfill',
      backfillId: backfill.id,
    })),
  );
  await tx.query(
    'update delivery_backfill set after_started = $2::timestamptz, after_id = $3, queued = queued + $4 where id = $1',
    [backfill.id, last.startedAt, last.id, page.rows.length],
  );
  return page.rows.length;
}
