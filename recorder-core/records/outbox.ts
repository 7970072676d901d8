import type pg from 'pg';
import type { Tx } from './database.ts';

/** What the outbox may carry; each topic has one consumer. */
export type OutboxTopic = 'recording.sealed' | 'recording.changed';

/** A message that leaves the database after its transaction: ids only, no content. */
export interface OutboxMessage {
  readonly tenantId: string;
  readonly id: string;
  readonly topic: OutboxTopic;
  readonly payload: { readonly recordingId: string };
  /** W3C trace context of the act that wrote it. */
  readonly trace: Readonly<Record<string, string>>;
  readonly attempts: number;
}

/** Writes a message in the transaction of the act it announces. */
export async function insertOutbox(tx: Tx, message: Omit<OutboxMessage, 'attempts'>): Promise<void> {
  await tx.query('insert into outbox (tenant_id, id, topic, payload, trace) values ($1, $2, $3, $4, $5)', [
    message.tenantId,
    message.id,
    message.topic,
    message.payload,
    message.trace,
  ]);
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
