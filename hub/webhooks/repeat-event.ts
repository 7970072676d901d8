import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { reopenEvent } from '../../recorder-core/records/inbound-events.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';

/**
 * Has an event processed again that was refused or failed.
 * @throws HoldfastError `conflict` for one that is done, is waiting, or is not there.
 */
export async function repeatEvent(
  tx: Tx,
  { tenantId, person, now, newId }: Asking,
  eventId: string,
): Promise<void> {
  if (!(await reopenEvent(tx, eventId)))
    throw new HoldfastError('conflict', 'Only an event that was refused or failed can be processed again.');
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'event.received', object: { type: 'event', id: eventId }, outcome: 'again' },
    actedBy(person),
  );
  await insertOutbox(tx, {
    tenantId,
    id: newId(now),
    topic: 'event.received',
    payload: { eventId },
    trace: carryTrace(),
  });
}
