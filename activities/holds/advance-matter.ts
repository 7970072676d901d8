import { advanceNotices, lockNotice, type DueNotice } from '../../recorder-core/records/custodian-notices.ts';
import { queueMail, type MailContext } from '../../recorder-core/records/queue-mail.ts';
import { lockMatter } from '../../recorder-core/records/matters.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listReleases } from '../../recorder-core/records/hold-releases.ts';
import { advanceReleases } from '../../recorder-core/records/release-holds.ts';
import type { HoldActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requireSaneClock } from '../lifecycle/sane-clock.ts';

type Deps = Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'journal' | 'packs' | 'clockOf'>;

/**
 * See `HoldActivities.advanceMatter`. By a clock that is wrong no hold is released and no grace ends: one that is behind would
 * let the grace begin in the past, one that is ahead would end it, and what was held could go.
 */
export function advanceMatter(deps: Deps): HoldActivities['advanceMatter'] {
  return ({ tenantId, matterId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const tools = {
        journal: deps.journal,
        newId: deps.newId,
        pack: async () => (await deps.packs.current(tx)).pack,
      };
      const matter = await lockMatter(tx, matterId);
      if ((await listReleases(tx, matterId, true)).length > 0)
        await requireSaneClock(deps, tx, now, 'no hold is released and no grace ends');
      const releaseAt = await advanceReleases(tx, tools, { tenantId, matter, now });
      const { due, nextAt: noticeAt } = await advanceNotices(tx, tenantId, matterId, now);
      await mailNotices(tx, { tenantId, now, newId: deps.newId }, due);
      const { state, reviewAt } = await lockMatter(tx, matterId);
      const review = reviewAt !== null && reviewAt > now.toISOString() ? reviewAt : null;
      const dates = [releaseAt, noticeAt, review].filter((date) => date !== null).sort();
      return { over: state === 'closed', nextAt: dates[0] ?? null, due };
    });
}

/** A superior without an address is told by nobody but the page of the matter. */
async function mailNotices(tx: Tx, context: MailContext, due: readonly DueNotice[]): Promise<void> {
  for (const { noticeId, step, byMail } of due) {
    if (!byMail) continue;
    const notice = await lockNotice(tx, noticeId);
    if (notice === undefined || (step === 'escalated' && notice.superiorAddress === null)) continue;
    const round = step === 'reminded' ? `reminded-${notice.reminders}` : step;
    await queueMail(tx, context, { kind: 'custodian-notice', subjectId: noticeId, step: round }, [null]);
  }
}
