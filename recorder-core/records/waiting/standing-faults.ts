import type { Tx } from '../database.ts';
import { HEARTBEAT_LIMIT_MS } from '../recorder-nodes.ts';
import { waitingFrom, type WaitingRow, type WaitingThing } from './waiting-thing.ts';

/** A recorder that was silent for longer was taken away. */
const FORGOTTEN = '7 days';

/** Recorders that should be heard of and are not, by the database's clock. */
export function listSilentRecorders(tx: Tx, limit: number): Promise<WaitingThing[]> {
  return read(
    tx,
    `select null as id, node as name, heartbeat_at as since from recorder_node
      where state <> 'down' and heartbeat_at < clock_timestamp() - $2 * interval '1 ms'
        and heartbeat_at > clock_timestamp() - $3::interval
      order by heartbeat_at, node limit $1`,
    [limit, HEARTBEAT_LIMIT_MS, FORGOTTEN],
  );
}

/** What is wrong with a stream of a call in progress, or was when its recorder was last heard of. */
export function listStandingAlerts(tx: Tx, limit: number): Promise<WaitingThing[]> {
  return read(
    tx,
    `select recording_id as id, detail as name, kind as detail, raised_at as since from recorder_alert
      where cleared_at is null order by raised_at desc, id desc limit $1`,
    [limit],
  );
}

/** Live connections whose last attempt took nothing, or that are not asked now because they did not answer. */
export function listFailingConnections(tx: Tx, now: Date, limit: number): Promise<WaitingThing[]> {
  return read(
    tx,
    `select c.id, c.name, g.error_title as detail, g.error_fix as fix,
            coalesce(g.last_done_at, g.last_failed_at) as since
       from connection c join delivery_gate g on g.tenant_id = c.tenant_id and g.connection_id = c.id
      where c.state = 'live' and (g.closed_until > $2 or g.last_failed_at > coalesce(g.last_done_at, '-infinity'))
      order by since, c.name limit $1`,
    [limit, now],
  );
}

/** Dead letters of each connection, counted up to a bound. */
export function listDeadLetterCounts(tx: Tx, limit: number): Promise<WaitingThing[]> {
  return read(
    tx,
    `select c.id, c.name, d.count, d.since
       from connection c
       cross join lateral (
         select count(*)::int as count, min(failed_at) as since
           from (select failed_at from delivery x
                  where x.tenant_id = c.tenant_id and x.connection_id = c.id and x.state = 'dead' limit $1) first) d
      where c.state <> 'removed' and d.count > 0 order by d.count desc, c.name limit $1`,
    [limit],
  );
}

/** Webhooks that fail, or were switched off because they did. */
export function listFailingWebhooks(tx: Tx, limit: number): Promise<WaitingThing[]> {
  return read(
    tx,
    `select id, name, state as detail, coalesce(failing_since, state_since) as since from webhook_endpoint
      where (state = 'enabled' and failures > 0) or (state = 'disabled' and state_reason in ('failing', 'gone'))
      order by 4, id limit $1`,
    [limit],
  );
}

/** Alarms of the ledger and warnings of the object store that stand. */
export function listStandingAlarms(tx: Tx, of: 'ledger' | 'store', limit: number): Promise<WaitingThing[]> {
  const table = of === 'ledger' ? 'ledger_alarm' : 'object_store_alert';
  return read(
    tx,
    `select null as id, detail as name, kind as detail, raised_at as since from ${table}
      where cleared_at is null order by raised_at, id limit $1`,
    [limit],
  );
}

async function read(tx: Tx, text: string, values: unknown[]): Promise<WaitingThing[]> {
  const { rows } = await tx.query<WaitingRow>(text, values);
  return rows.map(waitingFrom);
}
