import {
  lockAccessRulesProposal,
  settleAccessRulesProposal,
} from '../../recorder-core/records/access-rules-proposals.ts';
import { readAccessRules } from '../../recorder-core/records/access-watch.ts';
import { requireApproved } from '../../recorder-core/records/approvals.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import type { ApprovalEnded } from '../../recorder-core/records/outbox.ts';
import { putAccessRules } from './put-access-rules.ts';

/**
 * Acts on the answer of the second person: puts the rules in force in the place of those that they were made from, or, where others
 * came in between, lets them go. Told twice it acts once.
 */
export async function settleAccessRules(
  db: Database,
  { tenantId, approvalId, subjectId, outcome }: ApprovalEnded & { readonly tenantId: string },
  now: Date,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    const proposal = await lockAccessRulesProposal(tx, subjectId);
    if (proposal?.state !== 'waiting' || proposal.approvalId !== approvalId) return;
    if (outcome !== 'approved') {
      await settleAccessRulesProposal(tx, subjectId, { state: 'refused', at: now });
      return;
    }
    const { decidedBy } = await requireApproved(tx, approvalId, { kind: 'access-rules', subjectId });
    const before = await readAccessRules(tx);
    if (before.version !== proposal.fromVersion) {
      await settleAccessRulesProposal(tx, subjectId, { state: 'outdated', at: now });
      return;
    }
    const { rules, reason, fromVersion: version, requestedBy } = proposal;
    const change = { before: before.rules, rules, version, reason, agreedBy: decidedBy, approvalId };
    await putAccessRules(tx, { tenantId, person: requestedBy, now }, change);
    await settleAccessRulesProposal(tx, subjectId, { state: 'in-force', at: now });
  });
}
