import type { Tx } from './database.ts';
import type { WebhookAttempt, WebhookMessage } from './webhook-messages.ts';

/** What is asked of the delivery log of an endpoint. */
export interface MessageSearch {
  readonly endpointId: string;
  readonly state?: WebhookMessage['state'];
  /** Goes on below this index. */
  readonly before?: number;
  readonly limit: number;
}

const COLUMNS = `endpoint_id as "endpointId", leaf_index as "leafIndex", type, event_at as "eventAt", state, attempts,
  due_at as "dueAt", settled_at as "settledAt",
  (select sha256('\\x00'::bytea || l.body) from ledger_leaf l where l.index = leaf_index) as "leafHash"`;

/** Messages of an endpoint, those about the youngest events first. */
export async function listMessages(tx: Tx, search: MessageSearch): Promise<WebhookMessage[]> {
  const { endpointId, state, before, limit } = search;
  const { rows } = await tx.query<WebhookMessage>(
    `select ${COLUMNS} from webhook_message
      where endpoint_id = $1 and ($2::text is null or state = $2) and ($3::bigint is null or leaf_index < $3)
      order by leaf_index desc limit $4`,
    [endpointId, state ?? null, before ?? null, limit],
  );
  return rows;
}

/** One message with its leaf and its attempts, the newest first; undefined where there is none. */
export async function readMessage(
  tx: Tx,
  endpointId: string,
  leafIndex: number,
): Promise<
  (WebhookMessage & { readonly body: Buffer; readonly tries: readonly WebhookAttempt[] }) | undefined
> {
  const { rows } = await tx.query<WebhookMessage & { readonly body: Buffer }>(
    `select ${COLUMNS}, (select l.body from ledger_leaf l where l.index = leaf_index) as body
       from webhook_message where endpoint_id = $1 and leaf_index = $2`,
    [endpointId, leafIndex],
  );
  const { rows: tries } = await tx.query<WebhookAttempt>(
    `select at, duration_ms as "durationMs", outcome, status, answer from webhook_attempt
      where endpoint_id = $1 and leaf_index = $2 order by at desc limit 100`,
    [endpointId, leafIndex],
  );
  return rows[0] && { ...rows[0], tries };
}

/** How many messages of an endpoint are in which state; the sent ones of the last day alone. */
export interface MessageCounts {
  readonly waiting: number;
  readonly failed: number;
  readonly sentLastDay: number;
}

/** Counts of each endpoint that was not removed, or of one of them alone. */
export async function countMessages(
  tx: Tx,
  now: Date,
  endpointId: string | null = null,
): Promise<ReadonlyMap<string, MessageCounts>> {
  const { rows } = await tx.query<MessageCounts & { endpointId: string }>(
    `select e.id as "endpointId",
            (select count(*) from webhook_message m where m.tenant_id = e.tenant_id and m.endpoint_id = e.id
                and m.state = 'waiting') as waiting,
            (select count(*) from webhook_message m where m.tenant_id = e.tenant_id and m.endpoint_id = e.id
                and m.state = 'failed') as failed,
            coalesce(s.sent, 0) as "sentLastDay"
       from webhook_endpoint e
       left join (select endpoint_id, count(*) as sent from webhook_message
                   where state <> 'waiting' and state = 'sent' and settled_at >= $1::timestamptz - interval '1 day'
                     and ($2::uuid is null or endpoint_id = $2)
                   group by endpoint_id) s on s.endpoint_id = e.id
      where e.state <> 'removed' and ($2::uuid is null or e.id = $2)`,
    [now, endpointId],
  );
  return new Map(rows.map(({ endpointId, ...counts }) => [endpointId, counts]));
}

/** Forgets messages that were settled before a time, at most `limit`; their events stay in the ledger. @returns how many. */
export async function forgetMessages(tx: Tx, before: Date, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from webhook_message m using (
       select tenant_id, endpoint_id, leaf_index from webhook_message
        where state <> 'waiting' and settled_at < $1 limit $2) as old
      where m.tenant_id = old.tenant_id and m.endpoint_id = old.endpoint_id and m.leaf_index = old.leaf_index`,
    [before, limit],
  );
  return rowCount ?? 0;
}
