import type { Tx } from '../../recorder-core/records/database.ts';
import { insertEvent, type NewEvent } from '../../recorder-core/records/inbound-events.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { carryTrace } from '../observability/tracing.ts';

/** Whose event it is, and where ids come from. */
export interface EventKeeping {
  readonly tenantId: string;
  readonly newId: (at: Date) => string;
}

/**
 * Keeps an event with its leaf and has it processed. What its sender dates into the future has happened by when we hear of it: else
 * a clock that is ahead there would make everything that follows old news, a leave as well. @returns false where the connection
 * sent one under this id before; then nothing is done.
 */
export async function keepEvent(
  tx: Tx,
  { tenantId, newId }: EventKeeping,
  event: NewEvent,
): Promise<boolean> {
  const occurredAt = event.occurredAt > event.receivedAt ? event.receivedAt : event.occurredAt;
  if (!(await insertEvent(tx, tenantId, { ...event, occurredAt }))) return false;
  await appendLeaf(tx, tenantId, {
    at: event.receivedAt,
    act: 'event.received',
    object: { type: 'event', id: event.id },
    outcome: 'done',
    facts: { connection: event.connectionId, type: event.type },
    digests: { bodySha256: event.bodySha256.toString('hex') },
  });
  await insertOutbox(tx, {
    tenantId,
    id: newId(event.receivedAt),
    topic: 'event.received',
    payload: { eventId: event.id },
    trace: carryTrace(),
  });
  return true;
}
