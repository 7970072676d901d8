import {
  NOT_SEARCHED,
  proposedDecision,
  SEARCHED,
  type Proposal,
} from '../../recorder-core/policy/subject-request.ts';
import { FIRST_ID } from '../../recorder-core/records/ids.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readOwnLines } from '../../recorder-core/records/own-lines.ts';
import {
  findRecordingsOf,
  insertItems,
  readItems,
  type FoundRecording,
} from '../../recorder-core/records/request-items.ts';
import { moveRequest } from '../../recorder-core/records/subject-requests.ts';
import type { RequestActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requireLockedRequest } from './require-request.ts';

const PAGE = 500;

/** See `RequestActivities.discoverRequest`. Each page is committed by itself; what somebody decided about stays. */
export function discoverRequest(
  deps: Pick<ActivityDependencies, 'db' | 'now'>,
): RequestActivities['discoverRequest'] {
  return async ({ tenantId, requestId }) => {
    const inTenant: typeof deps.db.forTenant = (tenant, work) => deps.db.forTenant(tenant, work);
    for (let after = FIRST_ID; ;) {
      const last = await inTenant(tenantId, async (tx) => {
        const { kind } = await requireLockedRequest(tx, requestId);
        const page = await findRecordingsOf(tx, requestId, after, PAGE);
        const items: (FoundRecording & Proposal)[] = [];
        for (const found of page) {
          const divisible = (await readOwnLines(tx, found.recordingId, found.partyIds)) !== undefined;
          items.push({ ...found, ...proposedDecision(kind, { others: found.others, divisible }) });
        }
        await insertItems(tx, tenantId, requestId, items);
        return page.length === PAGE ? page.at(-1)?.recordingId : undefined;
      });
      if (last === undefined) break;
      after = last;
    }
    return inTenant(tenantId, async (tx) => {
      const request = await requireLockedRequest(tx, requestId);
      const found = (await readItems(tx, requestId)).length;
      if ((await moveRequest(tx, request, 'discover')) === undefined) return { found };
      await appendLeaf(tx, tenantId, {
        at: deps.now(),
        act: 'request.searched',
        object: { type: 'request', id: requestId },
        outcome: found === 0 ? 'nothing-found' : 'found',
        facts: { recordings: found, searched: [...SEARCHED], notSearched: [...NOT_SEARCHED] },
      });
      return { found };
    });
  };
}
