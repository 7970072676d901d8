import { defineWorkflowOptions, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { PeopleActivities } from '../../activities/compliance-contract.ts';
import { DATABASE } from '../activity-options.ts';
import { untilTold } from '../until-told.ts';
import { roleChangeTouched, statusQuery, type RoleChangeInput, type RoleChangeStatus } from './messages.ts';

const { applyRoleChange, settleLeaver } = proxyActivities<PeopleActivities>(DATABASE);

/** Within the minute in which everything of a leaver must have ended, with room for a retry. */
const SETTLE_MS = 30_000;

/**
 * Brings one change of a person's place about: at once as a rule, for then the row was applied in the transaction that
 * asked; else on its date. Whoever may not sign in any more by it has everything ended again what came in between, at once
 * and half a minute later, and what a leaver looked after goes to the nearest manager.
 */
export async function roleChange(input: RoleChangeInput): Promise<RoleChangeStatus> {
  const ref = { tenantId: input.tenantId, changeId: input.changeId };
  let status: RoleChangeStatus = { state: 'waiting', effectiveAt: null, things: 0 };
  let touched = 0;
  setHandler(roleChangeTouched, () => {
    touched += 1;
  });
  setHandler(statusQuery, () => status);

  let accessEnds = false;
  for (;;) {
    const known = touched;
    const step = await applyRoleChange(ref);
    status = { ...status, state: step.state, effectiveAt: step.effectiveAt };
    ({ accessEnds } = step);
    if (step.state !== 'waiting') break;
    await untilTold(() => touched !== known, step.effectiveAt);
  }
  if (status.state !== 'applied' || !accessEnds) return status;
  const { things } = await settleLeaver(ref);
  status = { ...status, things };
  await sleep(input.settleMs ?? SETTLE_MS);
  await settleLeaver(ref);
  return status;
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(roleChange, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
