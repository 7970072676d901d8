import type { Client } from '@temporalio/client';
import type { ExportRef } from '../../activities/contract.ts';
import { exportRevoked } from '../../workflows/export/messages.ts';
import type { evidenceExport } from '../../workflows/export/workflow.ts';
import { exportWorkflowId } from '../../workflows/ids.ts';
import { startRun, tellRun } from './start-run.ts';

/** Starts the making of an approved export; one that runs or has ended well is left alone. */
export function startExport(client: Client, ref: ExportRef): Promise<void> {
  return startRun<typeof evidenceExport>(client, 'evidenceExport', {
    workflowId: exportWorkflowId(ref),
    input: ref,
  });
}

/** Tells the run of a revoked export, or starts one where there is none any more: its objects must go in any case. */
export function endRevokedExport(client: Client, ref: ExportRef): Promise<void> {
  return tellRun<typeof evidenceExport>(client, 'evidenceExport', {
    workflowId: exportWorkflowId(ref),
    input: ref,
    signal: exportRevoked,
  });
}
