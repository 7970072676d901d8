import { HoldfastError } from '../../recorder-core/errors.ts';
import { requireApproved } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { activateRulePack, readRulePackRow } from '../../recorder-core/records/rule-pack-rows.ts';
import { activateTenantPolicy, readTenantPolicy } from '../../recorder-core/records/tenant-policies.ts';
import type { PolicyActivities, RulesChange } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `PolicyActivities.activateRules`. */
export function activateRules(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'packs'>,
): PolicyActivities['activateRules'] {
  return (change) =>
    deps.db.forTenant(change.tenantId, async (tx) => {
      const { kind, subjectId } = change;
      const approval = await requireApproved(tx, change.approvalId, { kind, subjectId });
      if (await wasDone(tx, change, approval.endedAt)) return { activated: true };
      const at = deps.now();
      const by = approval.decidedBy?.id ?? null;
      const before = await deps.packs.current(tx);
      const done = await (kind === 'rule-pack'
        ? activateRulePack(tx, subjectId, by, at.toISOString())
        : activateTenantPolicy(tx, Number(subjectId), by, at.toISOString()));
      if (!done)
        throw new HoldfastError(
          'not_found',
          'What was approved is not in the database any more; nothing changed.',
        );
      // Read as every decision will read it: a pack that does not verify here never comes into force.
      const rules = await deps.packs.current(tx);
      await appendLeaf(
        tx,
        change.tenantId,
        {
          at,
          act: kind === 'rule-pack' ? 'pack.activated' : 'policy.activated',
          object: { type: kind.replace('-', '_'), id: subjectId },
          outcome: 'done',
          packDigest: rules.pack.digest,
          facts: {
            version: rules.pack.version,
            policyVersion: rules.policyVersion,
            before: before.pack.digest,
            policyBefore: before.policyVersion,
            approval: approval.id,
          },
        },
        approval.decidedBy === null ? {} : actedBy(approval.decidedBy),
      );
      return { activated: true };
    });
}

/** An activation that was repeated after its answer was lost, also where other rules came into force since. */
async function wasDone(
  tx: Tx,
  { kind, subjectId }: RulesChange,
  approvedAt: string | null,
): Promise<boolean> {
  const row =
    kind === 'rule-pack'
      ? await readRulePackRow(tx, subjectId)
      : await readTenantPolicy(tx, Number(subjectId));
  const activatedAt = row?.activatedAt ?? null;
  return activatedAt !== null && approvedAt !== null && activatedAt >= approvedAt;
}
