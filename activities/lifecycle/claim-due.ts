import type { DisposalRef, LifecycleActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { beginDisposal, lockDue, renewClaim } from '../../recorder-core/records/disposals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readRecording, setRetention } from '../../recorder-core/records/recordings.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';

const DAY_MS = 86_400_000;

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
  for (const { id: recordingId, policyEpoch, claimedBefore } of due) {
    if (claimedBefore) {
      await renewClaim(tx, recordingId, now.toISOString());
      claimed.push({ tenantId, recordingId, policyEpoch });
      continue;
    }
    const epoch = await decideAndClaim(deps, tx, tenantId, recordingId, now);
    if (epoch !== undefined) claimed.push({ tenantId, recordingId, policyEpoch: epoch });
  }
  return { claimed, full: due.length === limit };
}

/** Decides a due recording again; answers its epoch when it was claimed. */
async function decideAndClaim(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  recordingId: string,
  now: Date,
): Promise<number | undefined> {
  const recording = await readRecording(tx, recordingId);
  if (recording === undefined) return undefined;
  const { decision, mayDispose, retainUntil, explanation } = await decideRecording(
    tx,
    recording,
    now,
    deps.pack,
  );
  if (!mayDispose) {
    // It leaves the queue of the due ones: for its new date, or for a day where the policy names none to come.
    const toCome = retainUntil !== null && Date.parse(retainUntil) > now.getTime();
    const until = toCome ? retainUntil : new Date(now.getTime() + DAY_MS).toISOString();
    await setRetention(tx, recordingId, explanation, until);
    return undefined;
  }
  await setRetention(tx, recordingId, explanation, decision.retainUntil);
  const policyEpoch = await beginDisposal(tx, recordingId, now.toISOString());
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'disposal.decided',
    object: { type: 'recording', id: recordingId },
    outcome: 'dispose',
    rules: explanation.rules.map(({ id }) => id),
    packDigest: explanation.packDigest,
    facts: { policyEpoch },
  });
  return policyEpoch;
}
