import {
  continueAsNew,
  defineWorkflowOptions,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { KeyActivities } from '../../activities/contract.ts';
import { KEYS, OLD_ROOT_PAUSES_MS } from '../activity-options.ts';
import { statusQuery, type KeyPeriodCloseInput, type KeyPeriodCloseStatus } from './messages.ts';

const { openKeyPeriod, rewrapKeys, destroyRoots, completeDisposals } = proxyActivities<KeyActivities>(KEYS);

/**
 * Closes a period of keys: rotates the root, wraps what survives anew, waits until no recorder, spool or row is under an old
 * root any more, destroys these roots, and says of every disposal of the period that older backups open nothing of it
 * either. Waiting has no limit: a recorder that is away with an unsealed spool is named in the status, and its recordings
 * are worth more than the date.
 */
export async function keyPeriodClose(input: KeyPeriodCloseInput): Promise<KeyPeriodCloseStatus> {
  let status: KeyPeriodCloseStatus = {
    stage: 'opening',
    periodId: null,
    rewrapped: 0,
    replaced: 0,
    completed: 0,
    beyondRecoveryAt: null,
    ...input.before,
    waitingFor: [],
  };
  setHandler(statusQuery, () => status);

  const { periodId } = await openKeyPeriod({});
  if (periodId === null) return { ...status, stage: 'nothing' };
  for (let round = 0; ; round += 1) {
    status = { ...status, stage: 'rewrapping', periodId };
    for (let more = true; more;) {
      const done = await rewrapKeys({ periodId, limit: input.limit });
      more = done.more;
      status = {
        ...status,
        rewrapped: status.rewrapped + done.rewrapped,
        replaced: status.replaced + done.replaced,
      };
    }
    const answer = await destroyRoots({ periodId });
    if (answer.outcome === 'closed') {
      status = { ...status, beyondRecoveryAt: answer.beyondRecoveryAt, waitingFor: [] };
      break;
    }
    status = { ...status, stage: 'waiting', waitingFor: answer.blockers };
    await sleep(OLD_ROOT_PAUSES_MS[Math.min(round, OLD_ROOT_PAUSES_MS.length - 1)] ?? 0);
    if (workflowInfo().continueAsNewSuggested) await again(input, status);
  }
  for (let more = true; more;) {
    status = { ...status, stage: 'completing' };
    const done = await completeDisposals({ limit: input.limit });
    more = done.more;
    status = { ...status, completed: status.completed + done.completed };
  }
  status = { ...status, stage: 'closed' };
  return status;
}

// May wait for weeks; see recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(keyPeriodClose, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

function again(input: KeyPeriodCloseInput, status: KeyPeriodCloseStatus): Promise<never> {
  const { periodId, rewrapped, replaced, completed, beyondRecoveryAt } = status;
  return continueAsNew<typeof keyPeriodClose>({
    ...input,
    before: { periodId, rewrapped, replaced, completed, beyondRecoveryAt },
  });
}
