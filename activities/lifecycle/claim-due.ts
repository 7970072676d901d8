import type { DisposalRef, LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { beginDisposal, lockDue } from '../../recorder-core/records/disposals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readRecording, setRetention } from '../../recorder-core/records/recordings.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import { decideRecording } from './decide-retention.ts';

/** See `LifecycleActivities.claimDue`. */
export function claimDue(deps: ActivityDependencies): LifecycleActivities['claimDue'] {
  return async ({ partition, partitions, limit }) => {
    const claimed: DisposalRef[] = [];
    for (const tenantId of await listTenantIds(deps.dispatcher, { partition, partitions })) {
      const room = limit - claimed.length;
      if (room <= 0) return { claimed, more: true };
      const page = await deps.db.forTenant(tenantId, (tx) => claimOfTenant(deps, tx, tenantId, room));
      claimed.push(...page.claimed);
      if (page.full) return { claimed, more: true };
    }
    return { claimed, more: false };
  };
}

async function claimOfTenant(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  limit: number,
): Promise<{ claimed: DisposalRef[]; full: boolean }> {
  const now = deps.now();
  const due = await lockDue(tx, now.toISOString(), limit);
  const claimed: DisposalRef[] = [];
  for (const { id: recordingId } of due) {
    const recording = await readRecording(tx, recordingId);
    if (recording === undefined) continue;
    const { decision, explanation } = await decideRecording(tx, recording, now, deps.pack);
    // Whatever is not DISPOSE gets its new date and leaves the queue of the due ones.
    await setRetention(tx, recordingId, explanation, decision.retainUntil);
    if (decision.decision !== 'DISPOSE') continue;
    const policyEpoch = await beginDisposal(tx, recordingId);
    await appendLeaf(tx, tenantId, {
      at: now,
      act: 'disposal.decided',
      object: { type: 'recording', id: recordingId },
      outcome: 'dispose',
      rules: explanation.rules.map(({ id }) => id),
      packDigest: explanation.packDigest,
      facts: { policyEpoch },
    });
    claimed.push({ tenantId, recordingId, policyEpoch });
  }
  return { claimed, full: due.length === limit };
}
