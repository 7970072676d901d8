import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { lockApproval } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { announceChanges } from '../../recorder-core/records/announce-changes.ts';
import { decideAlike } from '../../recorder-core/records/decide-alike.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { keepRecomputed, readRecomputed } from '../../recorder-core/records/recomputed-pages.ts';
import { keepsDate, lockRetained, storeRetention } from '../../recorder-core/records/recording-retention.ts';
import { gatherRetentionFacts } from '../../recorder-core/records/retention-facts.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import type { PolicyActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `PolicyActivities.recomputeDates`. */
export function recomputeDates(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'packs'>,
): PolicyActivities['recomputeDates'] {
  return ({ tenantId, approvalId, after, limit }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      await lockApproval(tx, approvalId); // two attempts at once come one after the other
      const done = await readRecomputed(tx, approvalId, after);
      if (done !== undefined) return done;
      const now = deps.now();
      const rules = await deps.packs.current(tx);
      const page = await lockRetained(tx, after, limit);
      const decide = decideAlike(now, rules);
      const items = await gatherRetentionFacts(tx, page, rules);
      const moved = page.flatMap((recording, index) => {
        const item = items[index];
        if (item === undefined) return [];
        const decided = decide(item);
        return keepsDate(recording, decided) ? [] : [{ ...decided, id: recording.id }];
      });
      await storeRetention(tx, moved);
      // Their locks are extended, and others learn the dates.
      await announceChanges(
        tx,
        { tenantId, now, newId: deps.newId },
        moved.map(({ id }) => id),
      );
      const answer = {
        decided: page.length,
        moved: moved.length,
        last: page.at(-1)?.id ?? null,
        more: page.length === limit,
      };
      await keepRecomputed(tx, tenantId, { approvalId, after }, answer);
      return answer;
    });
}

/** See `PolicyActivities.noteRecomputed`. Once for each approval: another attempt finds the leaf. */
export function noteRecomputed(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'packs'>,
): PolicyActivities['noteRecomputed'] {
  return ({ tenantId, approvalId, subjectId, kind, decided, moved }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      await lockApproval(tx, approvalId); // two attempts at once come one after the other
      if (await isNoted(tx, subjectId, approvalId)) return;
      const { pack } = await deps.packs.current(tx);
      await appendLeaf(tx, tenantId, {
        at: deps.now(),
        act: NOTED,
        object: { type: kind.replace('-', '_'), id: subjectId },
        outcome: 'done',
        packDigest: pack.digest,
        facts: { decided, moved, approval: approvalId },
      });
    });
}

const NOTED = 'retention.recomputed';

async function isNoted(tx: Tx, subjectId: string, approvalId: string): Promise<boolean> {
  const leaves = await readLeavesAbout(tx, subjectId);
  return leaves.some(({ act, body }) => act === NOTED && parseLeaf(body).facts?.['approval'] === approvalId);
}
