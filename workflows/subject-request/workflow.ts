import {
  condition,
  continueAsNew,
  defineWorkflowOptions,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RequestActivities } from '../../activities/compliance-contract.ts';
import { DATABASE, DESTROY_OBJECTS } from '../activity-options.ts';
import { msUntil } from '../until-told.ts';
import {
  requestChanged,
  subjectRequestStatus,
  type SubjectRequestInput,
  type SubjectRequestStatus,
} from './messages.ts';

const { advanceRequest, answerRequest } = proxyActivities<RequestActivities>(DATABASE);
/** They go through everything that is kept of a person, page by page. */
const { discoverRequest, fulfilRequest } = proxyActivities<RequestActivities>(DESTROY_OBJECTS);

const LOOK_MS = 5_000;
const LONGEST_LOOK_MS = 3_600_000;

/**
 * Carries one request of a person from its receipt to its answer. Every step is decided by the row: people change it, a
 * signal tells, and a signal that comes late, twice or not at all changes only when this run notices. Nothing here ever
 * gives up on a request: what is overdue is told, and what waits says for what.
 */
export async function subjectRequest(input: SubjectRequestInput): Promise<SubjectRequestStatus> {
  const ref = { tenantId: input.tenantId, requestId: input.requestId };
  let status: SubjectRequestStatus = { state: null, waitingFor: null, nextAt: null };
  let told = 0;
  let looked = 0;
  setHandler(requestChanged, () => {
    told += 1;
  });
  setHandler(subjectRequestStatus, () => status);

  for (;;) {
    const known = told;
    const { state, over, work, waitingFor, nextAt } = await advanceRequest(ref);
    status = { state, waitingFor, nextAt: over ? null : nextAt };
    if (over) return status;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof subjectRequest>(input);
    if (work === 'discover') {
      await discoverRequest(ref);
      continue;
    }
    let wait = msUntil(nextAt);
    if (work === 'fulfil') {
      const { open, waitingFor: blockers } = await fulfilRequest(ref);
      if (open === 0) {
        await answerRequest(ref);
        continue;
      }
      status = { ...status, waitingFor: blockers.join('; ') };
      wait = Math.min(wait, (input.lookMs ?? LOOK_MS) * 2 ** looked, LONGEST_LOOK_MS);
      looked = Math.min(looked + 1, 20);
    }
    if (await condition(() => told !== known, wait)) looked = 0;
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(subjectRequest, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
