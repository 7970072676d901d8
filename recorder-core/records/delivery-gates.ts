import type { Tx } from './database.ts';
import { leasedIds } from './delivery-leases.ts';

/** Whether a connection is delivered to now, and how it fared. */
export interface DeliveryGate {
  /** Nothing is sent before; null while it is open. */
  readonly closedUntil: Date | null;
  /** Failures of the connection as such since it last took something. */
  readonly failures: number;
  /** When it last took something; null where it never did. */
  readonly lastDoneAt: Date | null;
}

/** The gate of a connection; open where nothing was ever sent. */
export async function readGate(tx: Tx, connectionId: string): Promise<DeliveryGate> {
  const { rows } = await tx.query<DeliveryGate>(
    'select closed_until as "closedUntil", failures, last_done_at as "lastDoneAt" from delivery_gate where connection_id = $1',
    [connectionId],
  );
  return rows[0] ?? { closedUntil: null, failures: 0, lastDoneAt: null };
}

/** What a batch told about its connection. */
export interface GateNews {
  /** Something was taken. */
  readonly done: boolean;
  /** It failed as such; a wait of a length that the other side or our budget asked for is none. */
  readonly failed: boolean;
  /** From when on it may be tried again. */
  readonly closedUntil: Date | null;
  readonly errorClass: string | null;
  readonly errorTitle: string | null;
  /** What a person can do about it. */
  readonly errorFix: string | null;
}

/** Keeps what a batch told. A batch that was taken opens the gate, unless it asks for a pause itself. */
export async function noteGate(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  news: GateNews,
  at: Date,
): Promise<void> {
  await tx.query({
    name: 'note-delivery-gate',
    text: `insert into delivery_gate as g (tenant_id, connection_id, closed_until, failures, last_done_at, last_failed_at,
                                           error_class, error_title, error_fix)
           values ($1, $2, $3, case when $4 then 1 else 0 end, case when $5 then $6::timestamptz end,
                   case when $4 then $6::timestamptz end, $7, $8, $9)
           on conflict (tenant_id, connection_id) do update
              set closed_until = case when $5 then excluded.closed_until
                                      else greatest(g.closed_until, excluded.closed_until) end,
                  failures = case when $4 then g.failures + 1 when $5 then 0 else g.failures end,
                  last_done_at = coalesce(excluded.last_done_at, g.last_done_at),
                  last_failed_at = coalesce(excluded.last_failed_at, g.last_failed_at),
                  error_class = case when $7::text is not null then $7 when $5 then null else g.error_class end,
                  error_title = case when $7::text is not null then $8 when $5 then null else g.error_title end,
                  error_fix = case when $7::text is not null then $9 when $5 then null else g.error_fix end`,
    values: [
      tenantId,
      connectionId,
      news.closedUntil?.toISOString() ?? null,
      news.failed,
      news.done,
      at.toISOString(),
      news.errorClass,
      news.errorTitle,
      news.errorFix,
    ],
  });
}

/**
 * Opens the gate before its time, for whoever mended what it was closed by: what was put off with it is due now, but for what has to
 * become visible on the other side first. How often it failed stays, so that one delivery tries whether it works. Answers whether it
 * was closed.
 */
export async function reopenGate(tx: Tx, connectionId: string): Promise<boolean> {
  // Deliveries before the gate, as whoever settles locks them.
  await tx.query(
    `update delivery d set due_at = d.failed_at from delivery_gate g
      where g.connection_id = $1 and d.connection_id = $1 and d.state = 'queued' and not d.doubtful
        and d.failed_at < d.due_at and d.due_at > now() and d.due_at <= g.closed_until and d.id not in ${leasedIds('l.connection_id = $1')}`,
    [connectionId],
  );
  const { rowCount } = await tx.query(
    'update delivery_gate set closed_until = null where connection_id = $1 and closed_until > now()',
    [connectionId],
  );
  return rowCount === 1;
}
