import {
  continueAsNew,
  defineWorkflowOptions,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ConnectorActivities } from '../../activities/connector-contract.ts';
import type { HoldActivities } from '../../activities/compliance-contract.ts';
import { DATABASE, DELIVER } from '../activity-options.ts';
import { untilTold } from '../until-told.ts';
import { matterChanged, statusQuery, type LegalHoldInput, type LegalHoldStatus } from './messages.ts';

const { advanceMatter } = proxyActivities<HoldActivities>(DATABASE);
const { sendNotice } = proxyActivities<ConnectorActivities>(DELIVER);

/**
 * Follows a matter from its opening to its end: carries out what a second person agreed to, ends graces, reminds custodians
 * and tells their superiors. It decides nothing: each look brings the rows to where they must be at that moment, so a
 * signal that comes late, twice or never changes only when that happens. No hold needs it to be in force.
 */
export async function legalHold(input: LegalHoldInput): Promise<LegalHoldStatus> {
  const ref = { tenantId: input.tenantId, matterId: input.matterId };
  let status: LegalHoldStatus = { over: false, nextAt: null, sent: 0, failed: 0 };
  let told = 0;
  setHandler(matterChanged, () => {
    told += 1;
  });
  setHandler(statusQuery, () => status);

  for (;;) {
    const known = told;
    const { over, nextAt, due } = await advanceMatter(ref);
    const sent = await Promise.all(
      due.flatMap(({ noticeId, step, connectionId }) =>
        connectionId === null ? [] : [send({ ...ref, noticeId, connectionId, step })],
      ),
    );
    status = {
      over,
      nextAt: over ? null : nextAt,
      sent: status.sent + sent.filter(Boolean).length,
      failed: status.failed + sent.filter((each) => !each).length,
    };
    // What came while the last look was taken is looked at before the end: the matter may be open again.
    if (over && told === known) return status;
    if (workflowInfo().continueAsNewSuggested && told === known) await continueAsNew<typeof legalHold>(input);
    if (over) continue;
    await untilTold(() => told !== known, nextAt);
  }
}

/** A notice that cannot be sent holds nothing up: the row shows that it was not acknowledged, and the superior is next. */
async function send(notice: Parameters<typeof sendNotice>[0]): Promise<boolean> {
  try {
    return (await sendNotice(notice)).outcome === 'done';
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('a notice to a custodian could not be sent', { ...notice });
    return false;
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(legalHold, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
