import type { Tx } from '../../recorder-core/records/database.ts';
import { readItem, readItems, type RequestItem } from '../../recorder-core/records/request-items.ts';
import type { SubjectRequest } from '../../recorder-core/records/subject-requests.ts';
import type { RequestActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { orderItem } from './order-item.ts';
import { requireLockedRequest } from './require-request.ts';
import { settleItem } from './settle-item.ts';

const PAGE = 100;
const NAMED = 5;

/** What one item is worked on with. */
export interface ItemWork {
  readonly deps: ActivityDependencies;
  readonly tx: Tx;
  readonly tenantId: string;
  readonly request: SubjectRequest;
  readonly item: RequestItem;
}

/**
 * See `RequestActivities.fulfilRequest`. Each item is a transaction of its own: one that fails does not hold up the others,
 * and is tried again with the next look.
 */
export function fulfilRequest(deps: ActivityDependencies): RequestActivities['fulfilRequest'] {
  return async ({ tenantId, requestId }) => {
    const waiting = new Set<string>();
    let open = 0;
    for (let after: string | undefined; ;) {
      const page = await deps.db.forTenant(tenantId, (tx) =>
        readItems(tx, requestId, {
          states: ['open', 'ordered'],
          limit: PAGE,
          ...(after === undefined ? {} : { after }),
        }),
      );
      for (const { recordingId } of page) {
        const waitsFor = await work(deps, tenantId, requestId, recordingId);
        if (waitsFor === undefined) continue;
        open += 1;
        if (waiting.size < NAMED) waiting.add(waitsFor);
      }
      if (page.length < PAGE) break;
      after = page.at(-1)?.recordingId;
    }
    return { open, waitingFor: [...waiting] };
  };
}

/** Answers what the item waits for; undefined once it is settled. */
function work(
  deps: ActivityDependencies,
  tenantId: string,
  requestId: string,
  recordingId: string,
): Promise<string | undefined> {
  return deps.db.forTenant(tenantId, async (tx) => {
    const request = await requireLockedRequest(tx, requestId);
    const item = await readItem(tx, requestId, recordingId);
    if (item === undefined || item.state === 'done' || request.state !== 'fulfilling') return undefined;
    const one = { deps, tx, tenantId, request, item };
    return item.state === 'open' ? orderItem(one) : settleItem(one);
  });
}
