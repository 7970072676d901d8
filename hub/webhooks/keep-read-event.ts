import { createHash } from 'node:crypto';
import type { StreamItem } from '../../connectors/kit/stream.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { keepEvent, type EventKeeping } from './keep-event.ts';
import { readEnvelope } from './read-envelope.ts';

/** An event that a connector read. */
export type ReadEvent = Extract<StreamItem, { readonly kind: 'event' }>;

/**
 * Keeps an event that was read from a connected system, as if it had been sent: by the schema of its type, once by the key
 * that its connector gives it, then processed like all others.
 * @returns false where it was kept before. @throws HoldfastError `invalid_input`, `unsupported` for one that no type takes.
 */
export function keepReadEvent(
  tx: Tx,
  keeping: EventKeeping,
  from: { readonly connectionId: string; readonly stream: string; readonly now: Date },
  { type: name, at, data, dedupeKey }: ReadEvent,
): Promise<boolean> {
  const body = Buffer.from(JSON.stringify({ type: name, timestamp: at, data }));
  const { type, occurredAt, data: read } = readEnvelope(body);
  return keepEvent(tx, keeping, {
    id: keeping.newId(from.now),
    connectionId: from.connectionId,
    // A full stop is in no webhook-id of a sender, so the two can never meet.
    webhookId: `${from.stream}.${dedupeKey}`,
    type: type.type,
    topic: type.type.slice(0, type.type.indexOf('.')),
    objectDigest: createHash('sha256').update(type.objectOf(read)).digest(),
    sequence: null,
    occurredAt: occurredAt ?? new Date(at),
    receivedAt: from.now,
    bodySha256: createHash('sha256').update(body).digest(),
    body,
  });
}
