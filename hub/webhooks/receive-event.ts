import { createHash } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { findEvent, type NewEvent } from '../../recorder-core/records/inbound-events.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { EventAddress, EventDoor, KeptEvent } from './event-door.ts';
import { DISABLED, DISBELIEVED, NOT_ACCEPTED, REUSED, type Refusal } from './event-refusals.ts';
import { receiveHrMessage } from './hr/receive-hr-message.ts';
import type { HrHeaders } from './hr/verify-hr-message.ts';
import { keepEvent } from './keep-event.ts';
import { readEnvelope, type ReadMessage } from './read-envelope.ts';
import { verifyMessage, type MessageHeaders, type VerifiedMessage } from './verify-message.ts';
import { accepts, openWebhookConnection, type WebhookConnection } from './webhook-connection.ts';

/**
 * Takes one message: verifies it by the connection's secrets, reads it by the schema of its type, keeps it and announces it.
 * Only then is it acknowledged. Whatever is refused leaves a bounded number of leaves and nothing else.
 * @throws HoldfastError `not_found`, `unauthenticated`, `forbidden`, `unsupported`, `invalid_input`, `conflict`.
 */
export async function receiveEvent(
  door: EventDoor,
  address: EventAddress,
  headers: HrHeaders,
  body: Buffer,
  now: Date,
): Promise<KeptEvent> {
  const connection = await openWebhookConnection(door, address, now);
  if (connection === undefined)
    throw new HoldfastError('not_found', 'No connection takes events at this address. Nothing was done.');
  if (connection.hrMapping !== undefined) {
    const message = { headers, body, now };
    const taken = await receiveHrMessage(door, address, connection, message);
    if ('id' in taken) return taken;
    throw await refuse(door, address, now, taken.refused);
  }
  const message = verifyMessage(standardHeaders(headers), body, connection.secrets, now);
  if (typeof message === 'string') throw await refuse(door, address, now, DISBELIEVED[message]);
  if (!connection.live) throw await refuse(door, address, now, DISABLED);
  const read = await readAcceptable(door, address, connection, body, now);
  const kept = await keep(door, address, message, read, body, now);
  if (kept === undefined) throw await refuse(door, address, now, REUSED);
  return kept;
}

function standardHeaders(headers: HrHeaders): MessageHeaders {
  return {
    id: headers('webhook-id'),
    timestamp: headers('webhook-timestamp'),
    signature: headers('webhook-signature'),
  };
}

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
