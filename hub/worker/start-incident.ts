import type { Client } from '@temporalio/client';
import type { IncidentRef } from '../../activities/compliance-contract.ts';
import { incidentWorkflowId } from '../../workflows/ids.ts';
import { incidentChanged } from '../../workflows/incident/messages.ts';
import type { incident } from '../../workflows/incident/workflow.ts';
import { tellRun } from './start-run.ts';

/** Tells the watch over an incident that its row has changed, or starts it; one that was closed can be opened again. */
export function tellIncident(client: Client, ref: IncidentRef): Promise<void> {
  return tellRun<typeof incident>(client, 'incident', {
    workflowId: incidentWorkflowId(ref),
    input: ref,
    signal: incidentChanged,
  });
}
