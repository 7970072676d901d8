import {
  continueAsNew,
  defineWorkflowOptions,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { HoldActivities, HoldSpreadRef } from '../../activities/compliance-contract.ts';
import { DATABASE } from '../activity-options.ts';

const { spreadHold } = proxyActivities<HoldActivities>(DATABASE);

/** While so many messages wait that other work would queue behind these. */
const BUSY_PAUSE_MS = 5_000;

/**
 * Tells the object store and every connected system of one change of a hold by query, in pages. The hold is in force
 * without it: the row that says how far it has come is the truth, and a page is told once whoever is killed.
 */
export async function holdSpread(input: HoldSpreadRef): Promise<void> {
  for (;;) {
    const { outcome } = await spreadHold({ tenantId: input.tenantId, spreadId: input.spreadId });
    if (outcome === 'done') return;
    if (outcome === 'busy') await sleep(BUSY_PAUSE_MS);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof holdSpread>(input);
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(holdSpread, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
