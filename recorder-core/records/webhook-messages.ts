import type pg from 'pg';
import type { Tx } from './database.ts';

/** Which leaves become which type of event; an act alone, or an act on one type of object. */
export interface EventSource {
  readonly type: string;
  readonly act: string;
  /** Left out, of whatever object. */
  readonly objectType?: string;
  /** Whether only the endpoint that the leaf is about is told. */
  readonly ownOnly?: true;
}

/** One event owed to one endpoint. */
export interface WebhookMessage {
  readonly endpointId: string;
  readonly leafIndex: number;
  /** Hash of the leaf in the log (RFC 6962). */
  readonly leafHash: Buffer;
  readonly type: string;
  readonly eventAt: Date;
  readonly state: 'waiting' | 'sent' | 'failed';
  /** Since it was last put into the queue. */
  readonly attempts: number;
  readonly dueAt: Date | null;
  readonly settledAt: Date | null;
}

/** What came of one attempt; `taken` is a 2xx. */
export type AttemptOutcome =
  'taken' | 'refused' | 'redirected' | 'gone' | 'slow' | 'unreachable' | 'forbidden';

/** One attempt to send one message. */
export interface WebhookAttempt {
  readonly at: Date;
  readonly durationMs: number;
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  /** Beginning of a refusal; safe to show. */
  readonly answer: string | null;
}

/** Which leaves an endpoint is told of: its own sources within a range of the log. */
export interface Telling {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly sources: readonly EventSource[];
  /** First index, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Leaves before are not told, whatever their index. */
  readonly since?: Date;
  readonly now: Date;
  /** Queued at once, the oldest first; all where left out. */
  readonly most?: number;
}

/** Queues a message for each leaf of the range that is an event of the endpoint; one that stands already is left as it is. */
export async function queueMessages(tx: Tx, telling: Telling): Promise<number> {
  const { tenantId, endpointId, sources, from, to, since, now, most } = telling;
  const { rowCount } = await tx.query(
    `insert into webhook_message (tenant_id, endpoint_id, leaf_index, type, event_at, due_at)
     select $1, $2, l.index, s.type, l.at, $3
       from ledger_leaf l
       join unnest($4::text[], $5::text[], $6::text[], $7::boolean[]) as s (type, act, object_type, own)
         on l.act = s.act and (s.object_type is null or s.object_type = l.object_type)
        and (not s.own or l.object_id = $2::uuid::text)
      where l.index >= $8 and l.index < $9 and ($10::timestamptz is null or l.at >= $10)
        and not exists (select from webhook_message m where m.endpoint_id = $2 and m.leaf_index = l.index)
      order by l.index limit $11
     on conflict do nothing`,
    [
      tenantId,
      endpointId,
      now,
      sources.map(({ type }) => type),
      sources.map(({ act }) => act),
      sources.map(({ objectType }) => objectType ?? null),
      sources.map(({ ownOnly }) => ownOnly ?? false),
      from,
      to,
      since ?? null,
      most ?? null,
    ],
  );
  return rowCount ?? 0;
}

/** Where the log begins to tell of a time: no leaf of that time or later has a lower index. */
export async function firstIndexSince(tx: Tx, since: Date): Promise<number> {
  const { rows } = await tx.query<{ first: number | null }>(
    'select min(index) as first from ledger_leaf where at >= $1',
    [since],
  );
  return rows[0]?.first ?? 0;
}

/** An enabled endpoint that has something to be told of, or something to be sent. */
export interface AwakeEndpoint {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly behind: boolean;
  readonly due: boolean;
}

/** Enabled endpoints of all tenants for which there is something to do now; asked with the dispatcher's role. */
export async function listAwakeEndpoints(dispatcher: pg.Pool): Promise<AwakeEndpoint[]> {
  const { rows } = await dispatcher.query<AwakeEndpoint>(
    `select * from (
       select e.tenant_id as "tenantId", e.id as "endpointId", e.next_index < h.size as behind,
              coalesce(e.paused_until, '-infinity') <= now() and exists (
                select from webhook_message m where m.tenant_id = e.tenant_id and m.endpoint_id = e.id
                   and m.state = 'waiting' and m.due_at <= now()) as due
         from webhook_endpoint e join ledger_head h on h.tenant_id = e.tenant_id
        where e.state = 'enabled') as awake
      where behind or due`,
  );
  return rows;
}

/** A message that is due, with the leaf it tells of. */
export interface DueMessage extends Pick<WebhookMessage, 'leafIndex' | 'type' | 'attempts'> {
  readonly body: Buffer;
}

/** Messages of an endpoint that are due, the oldest first. */
export async function listDueMessages(
  tx: Tx,
  endpointId: string,
  now: Date,
  limit: number,
): Promise<DueMessage[]> {
  const { rows } = await tx.query<DueMessage>(
    `select m.leaf_index as "leafIndex", m.type, m.attempts, l.body
       from (select tenant_id, leaf_index, type, attempts, due_at from webhook_message
              where endpoint_id = $1 and state = 'waiting' and due_at <= $2
              order by due_at, leaf_index limit $3) m
       join ledger_leaf l on l.tenant_id = m.tenant_id and l.index = m.leaf_index
      order by m.due_at, m.leaf_index`,
    [endpointId, now, limit],
  );
  return rows;
}

/** When the next message of an endpoint is due; undefined where none waits. */
export async function nextDueAt(tx: Tx, endpointId: string): Promise<Date | undefined> {
  const { rows } = await tx.query<{ at: Date | null }>(
    "select min(due_at) as at from webhook_message where endpoint_id = $1 and state = 'waiting'",
    [endpointId],
  );
  return rows[0]?.at ?? undefined;
}

/** What an attempt makes of its message: sent, failed for good, or due again. */
export interface AttemptedMessage {
  readonly leafIndex: number;
  readonly attempt: WebhookAttempt;
  /** Null where it is settled. */
  readonly dueAt: Date | null;
}

/** Notes attempts and what they make of their messages; a message that was settled meanwhile stays so. */
export async function noteAttempts(
  tx: Tx,
  tenantId: string,
  endpointId: string,
  attempted: readonly AttemptedMessage[],
): Promise<void> {
  const values = [
    tenantId,
    endpointId,
    attempted.map(({ leafIndex }) => leafIndex),
    attempted.map(({ attempt }) => attempt.at.toISOString()),
    attempted.map(({ attempt }) => attempt.durationMs),
    attempted.map(({ attempt }) => attempt.outcome),
    attempted.map(({ attempt }) => attempt.status),
    attempted.map(({ attempt }) => attempt.answer),
    attempted.map(({ dueAt }) => dueAt?.toISOString() ?? null),
  ];
  await tx.query(
    `with a as (
       select * from unnest($3::bigint[], $4::timestamptz[], $5::int[], $6::text[], $7::int[], $8::text[], $9::timestamptz[])
                  as a (leaf_index, at, duration_ms, outcome, status, answer, due_at)
     ), noted as (
       insert into webhook_attempt (tenant_id, endpoint_id, leaf_index, at, duration_ms, outcome, status, answer)
       select $1, $2, leaf_index, at, duration_ms, outcome, status, answer from a on conflict do nothing
     )
     update webhook_message m
        set attempts = m.attempts + 1, due_at = a.due_at,
            state = case when a.outcome = 'taken' then 'sent' when a.due_at is null then 'failed' else 'waiting' end,
            settled_at = case when a.due_at is null then a.at + a.duration_ms * interval '1 millisecond' end
       from a where m.endpoint_id = $2 and m.leaf_index = a.leaf_index and m.state = 'waiting'`,
    values,
  );
}

/** Puts one message of an endpoint back into the queue, whatever became of it. @returns false where there is none. */
export async function requeueMessage(
  tx: Tx,
  endpointId: string,
  leafIndex: number,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update webhook_message set state = 'waiting', attempts = 0, due_at = $3, settled_at = null
      where endpoint_id = $1 and leaf_index = $2`,
    [endpointId, leafIndex, now],
  );
  return rowCount === 1;
}

/**
 * Puts messages about events since a time that are not sent back into the queue, due at once: the oldest `most`. What is due
 * anew already is left as it is, so that whoever asks again goes on with the next.
 */
export async function requeueUnsent(
  tx: Tx,
  endpointId: string,
  since: Date,
  now: Date,
  most: number,
): Promise<number> {
  const { rowCount } = await tx.query(
    `with oldest as (
       select leaf_index from webhook_message
        where endpoint_id = $1 and event_at >= $2
          and (state = 'failed' or state = 'waiting' and (attempts > 0 or due_at > $3))
        order by leaf_index limit $4)
     update webhook_message m set state = 'waiting', attempts = 0, due_at = $3, settled_at = null
       from oldest where m.endpoint_id = $1 and m.leaf_index = oldest.leaf_index`,
    [endpointId, since, now, most],
  );
  return rowCount ?? 0;
}
