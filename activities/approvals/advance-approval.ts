import { stepOf } from '../../recorder-core/policy/approval.ts';
import { lockApproval, noteApprovalStep, type Approval } from '../../recorder-core/records/approvals.ts';
import { endApproval, noteApproval } from '../../recorder-core/records/ask-approval.ts';
import { mailDeciders } from '../../recorder-core/records/queue-mail.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { ApprovalActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requireSaneClock } from '../lifecycle/sane-clock.ts';

/** See `ApprovalActivities.advanceApproval`. */
export function advanceApproval(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'clockOf'>,
): ApprovalActivities['advanceApproval'] {
  return ({ tenantId, approvalId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const found = await lockApproval(tx, approvalId);
      if (found?.state !== 'open') return { over: true, level: found?.level ?? 0, nextAt: now.toISOString() };
      const step = stepOf(
        {
          requestedAtMs: Date.parse(found.requestedAt),
          dueAtMs: Date.parse(found.dueAt),
          levels: found.levels,
          level: found.level,
          reminders: found.reminders,
        },
        now.getTime(),
      );
      const nextAt = new Date(step.nextAtMs).toISOString();
      if (step.expire) {
        await requireSaneClock(deps, tx, now, 'no question to a second person expires');
        await endApproval(tx, found, 'expire', { tenantId, now, newId: deps.newId });
        return { over: true, level: found.level, nextAt };
      }
      await noteStep(tx, tenantId, found, step, now);
      await mailDeciders(tx, { tenantId, now, newId: deps.newId }, { ...found, ...step });
      return { over: false, level: step.level, nextAt };
    });
}

async function noteStep(
  tx: Tx,
  tenantId: string,
  found: Approval,
  step: Pick<Approval, 'level' | 'reminders'>,
  now: Date,
): Promise<void> {
  const { id, kind } = found;
  if (step.level === found.level && step.reminders === found.reminders) return;
  await noteApprovalStep(tx, id, step);
  if (step.reminders > found.reminders) {
    const facts = { kind, reminder: step.reminders };
    await noteApproval(tx, { tenantId, id, now }, { act: 'approval.reminded', outcome: 'waiting', facts });
  }
  if (step.level > found.level) {
    const roles = found.levels.slice(found.level + 1, step.level + 1).flatMap((each) => each.roles);
    const facts = { kind, level: step.level, roles };
    await noteApproval(tx, { tenantId, id, now }, { act: 'approval.escalated', outcome: 'waiting', facts });
  }
}
