import {
  defineWorkflowOptions,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { MediaActivities, PartDisposalActivities } from '../../activities/contract.ts';
import { DATABASE, DESTROY_OBJECTS, ENRICH, EVICT_KEYS } from '../activity-options.ts';
import {
  partDisposalStatus,
  type PartDisposalInput,
  type PartDisposalStage,
  type PartDisposalStatus,
} from './messages.ts';

const { buryParts, destroyParts } = proxyActivities<PartDisposalActivities>(DATABASE);
const { evictParts } = proxyActivities<PartDisposalActivities>(EVICT_KEYS);
const { destroyPartObjects, certifyParts } = proxyActivities<PartDisposalActivities>(DESTROY_OBJECTS);
const { enrichRecording } = proxyActivities<MediaActivities>(ENRICH);

/**
 * Destroys some parts of a recording and keeps the rest, in the order of a whole disposal: tombstone inside and outside the
 * database, every process lets go, keys in the transaction that decides for the last time, then objects and proof. What was
 * derived from what went is made anew from what is left.
 */
export async function partDisposal(input: PartDisposalInput): Promise<PartDisposalStatus> {
  const { tenantId, disposalId } = input;
  const ref = { tenantId, disposalId };
  let stage: PartDisposalStage = 'deciding';
  let parts = 0;
  const status = (): PartDisposalStatus => ({ stage, parts });
  setHandler(partDisposalStatus, status);

  const { outcome, recordingId } = await buryParts(ref);
  if (outcome === 'spared') {
    stage = 'spared';
    return status();
  }
  await evictParts(ref);
  if ((await destroyParts(ref)).outcome === 'spared') {
    stage = 'spared';
    return status();
  }
  stage = 'removing';
  await destroyPartObjects(ref);
  stage = 'certifying';
  ({ parts } = await certifyParts(ref));
  stage = 'certified';
  await enrichRecording({ tenantId, recordingId }).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
    log.warn('what was derived could not be made anew; it can be later', ref);
  });
  return status();
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(partDisposal, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
