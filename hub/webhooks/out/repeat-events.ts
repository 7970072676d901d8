import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import {
  firstIndexSince,
  queueMessages,
  requeueMessage,
  requeueUnsent,
} from '../../../recorder-core/records/webhook-messages.ts';
import type { Asking } from '../../identity/asking.ts';
import { sourcesOf } from './event-catalogue.ts';
import { note, requireEndpoint } from './manage-endpoints.ts';

/** Puts one message back into the queue, whatever became of it; the other side knows it by its id. @throws `not_found`. */
export async function resendMessage(
  tx: Tx,
  asking: Asking,
  endpointId: string,
  leafIndex: number,
): Promise<void> {
  await requireEndpoint(tx, endpointId);
  if (!(await requeueMessage(tx, endpointId, leafIndex, asking.now)))
    throw new HoldfastError(
      'not_found',
      'This endpoint was not told of such an event, or that was forgotten.',
    );
  await note(tx, asking, endpointId, 'resent', { ledgerIndex: leafIndex });
}

/** How many messages were put into the queue. */
export interface Recovered {
  /** That waited or had failed. */
  readonly again: number;
  /** That had never been queued: chosen since, skipped, or forgotten. */
  readonly missing: number;
  /** There may be more than is queued at once: whoever asks again goes on. */
  readonly more: boolean;
}

/** Queued of each kind by one call, so that it stays short however long the endpoint was away. */
const MOST = 20_000;

/**
 * Queues what since a time the endpoint has not taken: what waits or has failed, due at once, and, where it is wished, what
 * it was never told of; of each the oldest 20,000. Each keeps its id.
 * @throws HoldfastError `not_found`, `invalid_input` for a time that has not come.
 */
export async function recoverMessages(
  tx: Tx,
  asking: Asking,
  endpointId: string,
  wish: { readonly since: Date; readonly missing: boolean },
  most = MOST,
): Promise<Recovered> {
  const { tenantId, now } = asking;
  const endpoint = await requireEndpoint(tx, endpointId);
  if (wish.since > now)
    throw new HoldfastError('invalid_input', 'Nothing has happened since a time that has not come.', {
      field: '/body/since',
    });
  const again = await requeueUnsent(tx, endpointId, wish.since, now, most);
  const missing = wish.missing
    ? await queueMessages(tx, {
        tenantId,
        endpointId,
        sources: sourcesOf(endpoint.types).filter(({ ownOnly }) => ownOnly !== true),
        from: await firstIndexSince(tx, wish.since),
        to: endpoint.nextIndex,
        since: wish.since,
        now,
        most,
      })
    : 0;
  await note(tx, asking, endpointId, 'recovered', { since: wish.since.toISOString(), again, missing });
  return { again, missing, more: again === most || missing === most };
}
