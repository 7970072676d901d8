import type { Database, Tx } from '../../../recorder-core/records/database.ts';
import { readLogSize } from '../../../recorder-core/records/ledger-log.ts';
import { changeEndpoint, lockEndpoint } from '../../../recorder-core/records/webhook-endpoints.ts';
import { queueMessages } from '../../../recorder-core/records/webhook-messages.ts';
import { sourcesOf } from './event-catalogue.ts';

/** Leaves that one transaction looks at. */
const PAGE = 10_000;

/** Names one endpoint. */
export interface EndpointRef {
  readonly tenantId: string;
  readonly endpointId: string;
}

/**
 * Goes through the leaves that an endpoint has not seen, a page a transaction, and queues a message for each that it has chosen.
 * The place in the log moves in the same transaction: no event is lost and none is queued twice, whoever is killed when.
 * @returns how many were queued.
 */
export async function tellEndpoint(db: Database, ref: EndpointRef, now: Date): Promise<number> {
  for (let queued = 0; ;) {
    const page = await db.forTenant(ref.tenantId, (tx) => tellPage(tx, ref, now));
    queued += page.queued;
    if (!page.more) return queued;
  }
}

async function tellPage(
  tx: Tx,
  { tenantId, endpointId }: EndpointRef,
  now: Date,
): Promise<{ readonly queued: number; readonly more: boolean }> {
  const endpoint = await lockEndpoint(tx, endpointId);
  if (endpoint?.state !== 'enabled') return { queued: 0, more: false };
  const size = await readLogSize(tx);
  const from = endpoint.nextIndex;
  const to = Math.min(size, from + PAGE);
  if (to <= from) return { queued: 0, more: false };
  const queued = await queueMessages(tx, {
    tenantId,
    endpointId,
    sources: sourcesOf(endpoint.types),
    from,
    to,
    now,
  });
  await changeEndpoint(tx, endpointId, { nextIndex: to });
  return { queued, more: to < size };
}
