import type { Client } from '@temporalio/client';
import { roleChangeWorkflowId } from '../../workflows/ids.ts';
import { roleChangeTouched, type RoleChangeInput } from '../../workflows/role-change/messages.ts';
import type { roleChange } from '../../workflows/role-change/workflow.ts';
import { startRun, tellIfRunning } from './start-run.ts';

/** Brings a change of a person's place about; one that runs or has ended well is left alone. */
export function startRoleChange(client: Client, input: RoleChangeInput): Promise<void> {
  return startRun<typeof roleChange>(client, 'roleChange', {
    workflowId: roleChangeWorkflowId(input),
    input,
  });
}

/** Has the run look at the row again; one that is over, or was never started, has nothing left to do. */
export function touchRoleChange(client: Client, ref: Pick<RoleChangeInput, 'changeId'>): Promise<void> {
  return tellIfRunning(client, roleChangeWorkflowId(ref), roleChangeTouched);
}
