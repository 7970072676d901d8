import { createHash } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../../../recorder-core/errors.ts';
import { findEvent } from '../../../recorder-core/records/inbound-events.ts';
import { keepEvent } from '../keep-event.ts';
import type { EventAddress, EventDoor, KeptEvent } from '../event-door.ts';
import { DISABLED, DISBELIEVED, NOT_ACCEPTED, REUSED, type Refusal } from '../event-refusals.ts';
import type { Disbelief } from '../verify-message.ts';
import { accepts, type WebhookConnection } from '../webhook-connection.ts';
import { compileHrMapping, type CompiledHrMapping } from './compile-hr-mapping.ts';
import { verifyHrMessage, type HrHeaders } from './verify-hr-message.ts';

/** A message as it came. */
export interface HrMessage {
  readonly headers: HrHeaders;
  readonly body: Buffer;
  readonly now: Date;
}

/**
 * Takes a message of an HR system: verifies it in the way of its mapping, and keeps each change in it as an event of its own, all
 * or none. The same message again changes nothing, whenever it comes. What the changes mean is read when they are processed, so
 * that one which nobody understands yet is not lost.
 */
export async function receiveHrMessage(
  door: EventDoor,
  { tenantId, connectionId }: EventAddress,
  connection: WebhookConnection,
  { headers, body, now }: HrMessage,
): Promise<KeptEvent | { readonly refused: Refusal }> {
  const mapping = compileHrMapping(connection.hrMapping);
  const verified = verifyHrMessage(mapping.signature, headers, body, connection.secrets, now);
  if (typeof verified === 'string') return { refused: DISBELIEVED_HR[verified] };
  if (!connection.live) return { refused: DISABLED };
  if (!accepts(connection, 'hr.reported')) return { refused: NOT_ACCEPTED };
  let events: ReturnType<typeof readMessage>;
  try {
    events = readMessage(mapping, body);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    const { code, message, field } = error;
    return { refused: { rule: 'event/malformed', code, message, field } };
  }
  return door.db.forTenant(tenantId, async (tx) => {
    let first: KeptEvent | undefined;
    for (const { webhookId, person, occurredAt, envelope } of events) {
      const bytes = Buffer.from(JSON.stringify(envelope));
      const event = {
        id: door.newId(now),
        connectionId,
        webhookId,
        type: 'hr.reported',
        topic: 'hr',
        objectDigest: createHash('sha256').update(person).digest(),
        sequence: null,
        occurredAt: occurredAt ?? verified.sentAt,
        receivedAt: now,
        bodySha256: createHash('sha256').update(bytes).digest(),
        body: bytes,
      };
      const isNew = await keepEvent(tx, { tenantId, newId: door.newId }, event);
      const known = isNew ? event : await findEvent(tx, { connectionId, webhookId });
      if (known?.bodySha256.equals(event.bodySha256) !== true) return { refused: REUSED };
      first = { id: first?.id ?? known.id, duplicate: !isNew && (first?.duplicate ?? true) };
    }
    return first ?? { refused: REUSED };
  });
}

function readMessage(mapping: CompiledHrMapping, bytes: Buffer) {
  const body = parse(bytes);
  const digest = createHash('sha256').update(bytes).digest('base64url');
  const id = mapping.idOf(body) ?? digest;
  return mapping.records(body).map((record, at) => {
    const person = mapping.personOf(body, record);
    const occurredAt = mapping.occurredAt(body, record);
    return {
      webhookId: `${id}#${at}`,
      person,
      occurredAt,
      envelope: { type: 'hr.reported', data: { person, body: record === body ? null : body, record } },
    };
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The body is not JSON in UTF-8. Nothing was done with it.', {
      cause,
    });
  }
}

/** A vendor's headers are its own, so no name of one is told. */
const DISBELIEVED_HR: Readonly<Record<Disbelief, Refusal>> = {
  ...DISBELIEVED,
  headers: {
    rule: 'event/headers',
    code: 'invalid_input',
    message:
      'A header that the mapping of this connection asks for is missing or not of its form. Nothing was done.',
  },
};
