import { createHash } from 'node:crypto';
import { HoldfastError, isHoldfastError, type ErrorCode } from '../../recorder-core/errors.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { findEvent, type NewEvent } from '../../recorder-core/records/inbound-events.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { carryTrace } from '../observability/tracing.ts';
import { keepEvent } from './keep-event.ts';
import { readEnvelope, type ReadMessage } from './read-envelope.ts';
import {
  verifyMessage,
  type Disbelief,
  type MessageHeaders,
  type VerifiedMessage,
} from './verify-message.ts';
import { accepts, openWebhookConnection, type WebhookConnection } from './webhook-connection.ts';

/** What the door for events works with. */
export interface EventDoor {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly newId: (at: Date) => string;
  /** Whether a refusal becomes a leaf, and how many before it did not; undefined where it is only counted. */
  readonly allowRefusal: (
    key: string,
    at: Date,
  ) => { readonly unwritten: number; readonly last: boolean } | undefined;
}

/** Where a message was sent. */
export interface EventAddress {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** What the sender is told of a message that was kept. */
export interface KeptEvent {
  readonly id: string;
  /** It was kept before, and this changed nothing. */
  readonly duplicate: boolean;
}

/**
 * Takes one message: verifies it by the connection's secrets, reads it by the schema of its type, keeps it and announces it.
 * Only then is it acknowledged. Whatever is refused leaves a bounded number of leaves and nothing else.
 * @throws HoldfastError `not_found`, `unauthenticated`, `forbidden`, `unsupported`, `invalid_input`, `conflict`.
 */
export async function receiveEvent(
  door: EventDoor,
  address: EventAddress,
  headers: MessageHeaders,
  body: Buffer,
  now: Date,
): Promise<KeptEvent> {
  const connection = await openWebhookConnection(door, address, now);
  if (connection === undefined)
    throw new HoldfastError('not_found', 'No connection takes events at this address. Nothing was done.');
  const message = verifyMessage(headers, body, connection.secrets, now);
  if (typeof message === 'string') throw await refuse(door, address, now, DISBELIEVED[message]);
  if (!connection.live) throw await refuse(door, address, now, DISABLED);
  const read = await readAcceptable(door, address, connection, body, now);
  const kept = await keep(door, address, message, read, body, now);
  if (kept === undefined) throw await refuse(door, address, now, REUSED);
  return kept;
}

/** A refusal in the words of the ledger and of the sender. */
interface Refusal {
  readonly rule: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string | undefined;
}

const DISBELIEVED: Readonly<Record<Disbelief, Refusal>> = {
  headers: {
    rule: 'event/headers',
    code: 'invalid_input',
    message:
      'webhook-id, webhook-timestamp or webhook-signature is missing or not of its form (Standard Webhooks). Nothing was done.',
  },
  signature: {
    rule: 'event/signature',
    code: 'unauthenticated',
    message:
      'No signature of this message is right. Check the secret, and that the body is signed byte for byte as it is sent. Nothing was done.',
  },
  stale: {
    rule: 'event/stale',
    code: 'unauthenticated',
    message:
      'The time of this message is more than 5 minutes from ours. Check the clock, and sign each attempt anew. Nothing was done.',
  },
};
const DISABLED: Refusal = {
  rule: 'event/disabled',
  code: 'forbidden',
  message: 'This connection is switched off, so nothing was done. Send the event again when it is on.',
};
const NOT_ACCEPTED: Refusal = {
  rule: 'event/not-accepted',
  code: 'forbidden',
  message:
    'This connection may not send events of this type. An administrator decides what it accepts. Nothing was done.',
  field: '/type',
};
const REUSED: Refusal = {
  rule: 'event/id-reused',
  code: 'conflict',
  message:
    'Another message was sent under this webhook-id before. An id is for one message and its repetitions; use a new one. Nothing was done.',
  field: 'webhook-id',
};

async function readAcceptable(
  door: EventDoor,
  address: EventAddress,
  connection: WebhookConnection,
  body: Buffer,
  now: Date,
): Promise<ReadMessage> {
  let read: ReadMessage;
  try {
    read = readEnvelope(body);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    const rule = error.code === 'unsupported' ? 'event/unknown-type' : 'event/malformed';
    throw await refuse(door, address, now, {
      rule,
      code: error.code,
      message: error.message,
      field: error.field,
    });
  }
  if (accepts(connection, read.type.type)) return read;
  throw await refuse(door, address, now, NOT_ACCEPTED);
}

/** Keeps a message with its leaf and its announcement; undefined where its id stands for another message. */
function keep(
  door: EventDoor,
  { tenantId, connectionId }: EventAddress,
  { webhookId, sentAt }: VerifiedMessage,
  { type: { type, objectOf }, occurredAt, sequence, data }: ReadMessage,
  body: Buffer,
  now: Date,
): Promise<KeptEvent | undefined> {
  const bodySha256 = createHash('sha256').update(body).digest();
  const event: NewEvent = {
    id: door.newId(now),
    connectionId,
    webhookId,
    type,
    topic: type.slice(0, type.indexOf('.')),
    objectDigest: createHash('sha256').update(objectOf(data)).digest(),
    sequence,
    occurredAt: occurredAt ?? sentAt,
    receivedAt: now,
    bodySha256,
    body,
  };
  return door.db.forTenant(tenantId, async (tx) => {
    if (await keepEvent(tx, { tenantId, newId: door.newId }, event))
      return { id: event.id, duplicate: false };
    const known = await findEvent(tx, { connectionId, webhookId });
    return known?.bodySha256.equals(bodySha256) === true ? { id: known.id, duplicate: true } : undefined;
  });
}

/** Enters a refusal, bounded for each connection, and answers the error to throw. */
async function refuse(
  door: EventDoor,
  { tenantId, connectionId }: EventAddress,
  now: Date,
  { rule, code, message, field }: Refusal,
): Promise<HoldfastError> {
  const error = new HoldfastError(code, message, field === undefined ? {} : { field });
  const allowance = door.allowRefusal(`events ${tenantId} ${connectionId}`, now);
  if (allowance === undefined) return error;
  await door.db.forTenant(tenantId, async (tx) => {
    await appendLeaf(tx, tenantId, {
      at: now,
      act: 'event.refused',
      object: { type: 'connection', id: connectionId },
      outcome: 'refused',
      rules: [rule],
      ...(allowance.unwritten === 0 ? {} : { facts: { unwrittenBefore: allowance.unwritten } }),
    });
    if (allowance.last) await reportAttack(door, tx, { tenantId, connectionId }, now);
  });
  return error;
}

/** So many refusals within a minute are no slip of a sender. */
async function reportAttack(
  { newId }: EventDoor,
  tx: Tx,
  { tenantId, connectionId }: EventAddress,
  now: Date,
): Promise<void> {
  await openIncident(tx, {
    tenantId,
    key: `refused-events/${connectionId}`,
    kind: 'attack',
    severity: 'medium',
    title: 'Many messages that were refused came to the address of one connection.',
    detector: 'refused-events',
    detectedAt: now,
    facts: { connection: connectionId },
    now,
    newId,
    trace: carryTrace(),
  });
}
