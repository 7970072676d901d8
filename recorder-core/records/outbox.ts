import type pg from 'pg';
import type { ApprovalKind, ApprovalOutcome } from '../policy/approval.ts';
import type { Tx } from './database.ts';

/** What each topic of the outbox is about: ids only, no content. Each topic has one consumer (hub/worker/start-outbox-work.ts). */
export interface OutboxPayloads {
  'recording.sealed': { readonly recordingId: string };
  'recording.changed': { readonly recordingId: string };
  'recordings.changed': { readonly recordingIds: readonly string[] };
  'deliveries.queued': { readonly connectionId: string; readonly lane: 'live' | 'backfill' | 'replay' };
  'connection.removed': { readonly connectionId: string; readonly after: string | null };
  'comparison.asked': { readonly comparisonId: string };
  'matter.changed': { readonly matterId: string };
  'hold.changed': { readonly spreadId: string };
  'cut.changed': { readonly cutId: string };
  'parts.condemned': { readonly disposalId: string };
  'consent.changed': { readonly changeId: string };
  'request.changed': { readonly requestId: string };
  'export.approved': { readonly exportId: string };
  'export.revoked': { readonly exportId: string };
  'calls.to-compare': { readonly reconciliationId: string };
  'report.asked': { readonly reportId: string; readonly period: string };
  'event.received': { readonly eventId: string };
  'incident.changed': { readonly incidentId: string };
  'role-change.asked': { readonly changeId: string };
  'role-change.withdrawn': { readonly changeId: string };
  'approval.asked': { readonly approvalId: string };
  'approval.ended': ApprovalEnded;
}

/** How an approval ended, told to the one consumer of its kind. */
export interface ApprovalEnded {
  readonly approvalId: string;
  readonly kind: ApprovalKind;
  readonly subjectId: string;
  readonly outcome: ApprovalOutcome;
}
export type OutboxTopic = keyof OutboxPayloads;

/** A message that leaves the database after its transaction, on one topic. */
interface MessageOn<T extends OutboxTopic> {
  readonly tenantId: string;
  readonly id: string;
  readonly topic: T;
  readonly payload: OutboxPayloads[T];
  /** W3C trace context of the act that wrote it. */
  readonly trace: Readonly<Record<string, string>>;
  readonly attempts: number;
}

/** A message on any topic, or on those named. */
export type OutboxMessage<T extends OutboxTopic = OutboxTopic> = { [K in T]: MessageOn<K> }[T];

/** A message to be written. */
export type NewOutboxMessage = { [K in OutboxTopic]: Omit<MessageOn<K>, 'attempts'> }[OutboxTopic];

/** Writes messages in the transaction of the act they announce, in one statement. */
export async function insertOutbox(tx: Tx, ...messages: NewOutboxMessage[]): Promise<void> {
  await tx.query(
    `insert into outbox (tenant_id, id, topic, payload, trace)
     select * from jsonb_to_recordset($1::jsonb) as m ("tenantId" uuid, id uuid, topic text, payload jsonb, trace jsonb)`,
    [JSON.stringify(messages)],
  );
}

/** Locks available messages of all tenants, oldest first; other dispatchers skip them until the transaction ends. */
export async function lockOutbox(client: pg.ClientBase, limit: number): Promise<OutboxMessage[]> {
  const { rows } = await client.query<OutboxMessage>(
    `select tenant_id as "tenantId", id, topic, payload, trace, attempts
       from outbox where available_at <= now() order by available_at, id limit $1 for update skip locked`,
    [limit],
  );
  return rows;
}

/** How many messages of the tenant wait, counted up to `most`. */
export async function countOutbox(tx: Tx, most: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from (select from outbox limit $1) as waiting',
    [most],
  );
  return rows[0]?.count ?? 0;
}

/** Removes a message whose work was accepted. */
export async function deleteOutbox(client: pg.ClientBase, message: OutboxMessage): Promise<void> {
  await client.query('delete from outbox where tenant_id = $1 and id = $2', [message.tenantId, message.id]);
}

/** Puts a message back for later: one second after the first failure, doubling to five minutes. */
export async function postponeOutbox(
  client: pg.ClientBase,
  message: OutboxMessage,
  errorCode: string,
): Promise<void> {
  await client.query(
    `update outbox set attempts = attempts + 1, last_error = $3,
            available_at = now() + least(interval '5 minutes', interval '1 second' * power(2, least(attempts, 20)))
      where tenant_id = $1 and id = $2`,
    [message.tenantId, message.id, errorCode],
  );
}
