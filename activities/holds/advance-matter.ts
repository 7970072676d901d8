import { advanceNotices } from '../../recorder-core/records/custodian-notices.ts';
import { lockMatter } from '../../recorder-core/records/matters.ts';
import { advanceReleases } from '../../recorder-core/records/release-holds.ts';
import type { HoldActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

type Deps = Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'journal' | 'packs'>;

/** See `HoldActivities.advanceMatter`. */
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
      const releaseAt = await advanceReleases(tx, tools, { tenantId, matter, now });
      const { due, nextAt: noticeAt } = await advanceNotices(tx, tenantId, matterId, now);
      const { state, reviewAt } = await lockMatter(tx, matterId);
      const review = reviewAt !== null && reviewAt > now.toISOString() ? reviewAt : null;
      const dates = [releaseAt, noticeAt, review].filter((date) => date !== null).sort();
      return { over: state === 'closed', nextAt: dates[0] ?? null, due };
    });
}
