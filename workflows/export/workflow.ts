import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  defineWorkflowOptions,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { ExportActivities, ExportMakingActivities } from '../../activities/contract.ts';
import { DESTROY_OBJECTS, MAKE_EXPORT } from '../activity-options.ts';
import { exportRevoked, type ExportInput, type ExportResult } from './messages.ts';

const { makeExport } = proxyActivities<ExportMakingActivities>(MAKE_EXPORT);
const { endExport } = proxyActivities<ExportActivities>(DESTROY_OBJECTS);

/** Asked again where the clock of the database and ours disagree about the end. */
const ASK_AGAIN_MS = 60_000;

/**
 * Makes one bundle and takes it away again: when its days are over, when somebody revokes it, or when it cannot be made.
 * Delivery asks the row and never waits for this; what is late here is only the deletion of an object nobody can fetch.
 */
export async function evidenceExport(input: ExportInput): Promise<ExportResult> {
  const ref = { tenantId: input.tenantId, exportId: input.exportId };
  let revoked = false;
  setHandler(exportRevoked, () => {
    revoked = true;
  });

  let made: Awaited<ReturnType<typeof makeExport>>;
  try {
    made = await makeExport(ref);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('an export could not be made', ref);
    await endExport({ ...ref, failure: sentenceOf(error) });
    return { made: false };
  }
  if (made.ready) await condition(() => revoked, Math.max(1, Date.parse(made.expiresAt) - Date.now()));
  while (!(await endExport(ref)).over) await condition(() => revoked, ASK_AGAIN_MS);
  return { made: made.ready };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(evidenceExport, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

/** Our own errors carry a sentence that is safe to show; anything else stays in the log of the worker. */
function sentenceOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type !== 'unforeseen'
    ? cause.message
    : 'The bundle could not be made in the time it had; the log of the worker says why. Ask for the export again.';
}
