import type { Tx } from './database.ts';

/** `refused` and `failed` can be processed again by a person; `done` is the end. */
export const EVENT_STATES = ['received', 'done', 'refused', 'failed'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** A verified message of another system. */
export interface StoredEvent {
  readonly id: string;
  readonly connectionId: string;
  /** The sender's id of the message. */
  readonly webhookId: string;
  readonly type: string;
  /** First word of the type. */
  readonly topic: string;
  /** Digest of the thing of the sender that it is about. */
  readonly objectDigest: Buffer;
  /** The sender's own count of changes of that thing; null where it keeps none. */
  readonly sequence: number | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly bodySha256: Buffer;
  /** Exact bytes; null once the event is done. */
  readonly body: Buffer | null;
  readonly state: EventState;
  /** Tries that did not end it. */
  readonly attempts: number;
  readonly settledAt: Date | null;
  /** Why it was refused or failed, or what the last try stumbled over; safe to show. */
  readonly reason: string | null;
}

const COLUMNS = `e.id, e.connection_id as "connectionId", e.webhook_id as "webhookId", e.type, e.topic,
  e.object_digest as "objectDigest", e.sequence, e.occurred_at as "occurredAt", e.received_at as "receivedAt",
  e.body_sha256 as "bodySha256", e.body, e.state, e.attempts, e.settled_at as "settledAt", e.reason`;

/** What a message brings to its row. */
export type NewEvent = Omit<StoredEvent, 'body' | 'state' | 'attempts' | 'settledAt' | 'reason'> & {
  readonly body: Buffer;
};

/** Keeps a message. @returns false where the connection sent one with this webhook id before. */
export async function insertEvent(tx: Tx, tenantId: string, event: NewEvent): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into inbound_event (tenant_id, id, connection_id, webhook_id, type, topic, object_digest, sequence,
                                occurred_at, received_at, body_sha256, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (tenant_id, connection_id, webhook_id) do nothing`,
    [
      tenantId,
      event.id,
      event.connectionId,
      event.webhookId,
      event.type,
      event.topic,
      event.objectDigest,
      event.sequence,
      event.occurredAt,
      event.receivedAt,
      event.bodySha256,
      event.body,
    ],
  );
  return rowCount === 1;
}

/** The message that a connection sent under an id of its own. */
export async function findEvent(
  tx: Tx,
  by: { readonly connectionId: string; readonly webhookId: string },
): Promise<StoredEvent | undefined> {
  const { rows } = await tx.query<StoredEvent>(
    `select ${COLUMNS} from inbound_event e where e.connection_id = $1 and e.webhook_id = $2`,
    [by.connectionId, by.webhookId],
  );
  return rows[0];
}

/**
 * An event under a row lock. Events about one thing wait for each other, so that a handler sees what those before it
 * left.
 */
export async function lockEvent(tx: Tx, id: string): Promise<StoredEvent | undefined> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(tenant_id::text || connection_id::text || topic ||
                                                   encode(object_digest, 'hex'), 0))
       from inbound_event where id = $1`,
    [id],
  );
  const { rows } = await tx.query<StoredEvent>(
    `select ${COLUMNS} from inbound_event e where e.id = $1 for update`,
    [id],
  );
  return rows[0];
}

/** Ends an event that is open; what it said goes with `done`. @returns false where it had ended. */
export async function settleEvent(
  tx: Tx,
  id: string,
  end: {
    readonly state: Exclude<EventState, 'received'>;
    readonly at: Date;
    readonly reason: string | null;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update inbound_event set state = $2, settled_at = $3, reason = $4, body = case when $2 = 'done' then null else body end
      where id = $1 and state = 'received'`,
    [id, end.state, end.at, end.reason],
  );
  return rowCount === 1;
}

/** Counts a try that did not end the event, and why. */
export async function noteEventAttempt(tx: Tx, id: string, reason: string): Promise<void> {
  await tx.query(
    `update inbound_event set attempts = attempts + 1, reason = $2 where id = $1 and state = 'received'`,
    [id, reason],
  );
}

/** Opens an event again that was refused or failed. @returns false where it is in another state. */
export async function reopenEvent(tx: Tx, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update inbound_event set state = 'received', settled_at = null, reason = null, attempts = 0
      where id = $1 and state in ('refused', 'failed')`,
    [id],
  );
  return rowCount === 1;
}

/** An event as people see it: never what it said. */
export type ListedEvent = Omit<StoredEvent, 'body' | 'objectDigest' | 'topic'> & {
  readonly connection: string;
};

/** Events with the names of their connections, newest first. */
export async function listEvents(
  tx: Tx,
  only: { readonly state?: EventState | undefined; readonly connectionId?: string | undefined },
  limit: number,
): Promise<ListedEvent[]> {
  const { rows } = await tx.query<ListedEvent>(
    `select e.id, e.connection_id as "connectionId", c.name as connection, e.webhook_id as "webhookId", e.type, e.sequence,
            e.occurred_at as "occurredAt", e.received_at as "receivedAt", e.body_sha256 as "bodySha256", e.state,
            e.attempts, e.settled_at as "settledAt", e.reason
       from inbound_event e join connection c on c.tenant_id = e.tenant_id and c.id = e.connection_id
      where ($1::text is null or e.state = $1) and ($2::uuid is null or e.connection_id = $2)
      order by e.received_at desc, e.id desc limit $3`,
    [only.state ?? null, only.connectionId ?? null, limit],
  );
  return rows;
}

/** The newest thing that is known, by the sender's own order, of what an event is about. */
export interface LastProcessed {
  readonly sequence: number | null;
  readonly occurredAt: Date;
}

/**
 * What was the latest, by the sender's order, of the events that were processed about the same thing; undefined before the
 * first. By `sequence` where both have one, else by `occurredAt`: with it a handler tells old news from new.
 */
export async function lastProcessed(
  tx: Tx,
  about: Pick<StoredEvent, 'connectionId' | 'topic' | 'objectDigest'>,
): Promise<LastProcessed | undefined> {
  const { rows } = await tx.query<LastProcessed>(
    `select sequence, occurred_at as "occurredAt" from inbound_event
      where connection_id = $1 and topic = $2 and object_digest = $3 and state = 'done'
      order by sequence desc nulls last, occurred_at desc limit 1`,
    [about.connectionId, about.topic, about.objectDigest],
  );
  return rows[0];
}
