import type { ApprovalOutcome } from '../../recorder-core/policy/approval.ts';
import type { GrantEvent } from '../../recorder-core/policy/grant-state.ts';
import { lockGrant } from '../../recorder-core/records/access-grants.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { ACCESS_ENDED, stepGrant, type GrantContext } from '../../recorder-core/records/end-grants.ts';
import { readPerson } from '../../recorder-core/records/people.ts';

/** How an approval about a grant ended. */
export interface EndedGrantApproval {
  readonly tenantId: string;
  readonly approvalId: string;
  readonly subjectId: string;
  readonly outcome: ApprovalOutcome;
}

const EVENTS: Readonly<Record<ApprovalOutcome, GrantEvent>> = {
  approved: 'approve',
  refused: 'refuse',
  expired: 'lapse',
  withdrawn: 'withdraw',
};

/**
 * Gives what a second person has agreed to, or ends the request; told again, it changes nothing. Nobody is given anything who may
 * not sign in, whoever has agreed.
 */
export async function settleGrant(
  db: Database,
  { tenantId, approvalId, subjectId }: EndedGrantApproval,
  context: Omit<GrantContext, 'tenantId'>,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    const grant = await lockGrant(tx, subjectId);
    const approval = await readApproval(tx, approvalId);
    if (grant?.state !== 'requested' || approval === undefined || approval.state === 'open') return;
    if (approval.kind !== 'access-grant' || approval.subject.id !== subjectId) return;
    const { state, decidedBy, reason, rule } = approval;
    const where = { ...context, tenantId };
    if (state === 'approved' && 'user' in grant.to) {
      const person = await readPerson(tx, grant.to.user.id);
      if (person?.status !== 'active') {
        await stepGrant(tx, where, grant, 'revoke', { reason: ACCESS_ENDED });
        return;
      }
    }
    await stepGrant(tx, where, grant, EVENTS[state], {
      ...(decidedBy === null ? {} : { by: decidedBy }),
      ...(rule === null ? {} : { rules: [rule] }),
      reason,
    });
  });
}
