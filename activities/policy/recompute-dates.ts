import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { lockApproval } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideItem } from '../../recorder-core/records/decide-recording.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { lockRetained, setRetention } from '../../recorder-core/records/recordings.ts';
import { gatherRetentionFacts } from '../../recorder-core/records/retention-facts.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import type { PolicyActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `PolicyActivities.recomputeDates`. */
export function recomputeDates(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'packs'>,
): PolicyActivities['recomputeDates'] {
  return ({ tenantId, after, limit }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const rules = await deps.packs.current(tx);
      const page = await lockRetained(tx, after, limit);
      const items = await gatherRetentionFacts(tx, page, rules);
      let moved = 0;
      for (const [at, item] of items.entries()) {
        const { retainUntil, explanation } = decideItem(item, now, rules);
        if (retainUntil === page[at]?.retainUntil) continue;
        await setRetention(tx, item.id, explanation, retainUntil);
        const message = { tenantId, id: deps.newId(now), payload: { recordingId: item.id }, trace: {} };
        await insertOutbox(tx, { ...message, topic: 'recording.changed' }); // its lock is extended, others learn the date
        moved += 1;
      }
      return { decided: page.length, moved, last: page.at(-1)?.id ?? null, more: page.length === limit };
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
