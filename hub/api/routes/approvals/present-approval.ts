import type { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { readApproval, type Approval } from '../../../../recorder-core/records/approvals.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { askPolicy, deciderOf, type NamedDecider } from '../../../approvals/decide-approval.ts';
import { findUnseen } from '../../../approvals/unseen-recordings.ts';
import { mayAccessAll } from '../../../access/require-access.ts';
import type { Asking } from '../../../identity/asking.ts';
import type { approvalDetail, approvalSummary } from '../../schemas/approval.ts';
import { historyOf } from '../ledger/history-of.ts';
import { aboutApproval } from './about-approval.ts';

/** An approval as lists show it to a person. */
export function presentApproval(
  found: Approval,
  decider: NamedDecider,
  now: Date,
): z.input<typeof approvalSummary> {
  return {
    id: found.id,
    kind: found.kind,
    subject: found.subject,
    state: found.state,
    summary: found.summary,
    facts: { ...found.facts },
    act: found.act,
    level: found.level,
    levels: found.levels.length,
    reminders: found.reminders,
    requestedBy: found.requestedBy?.name ?? null,
    requestedAt: found.requestedAt,
    dueAt: found.dueAt,
    decidedBy: found.decidedBy?.name ?? null,
    onBehalfOf: found.onBehalfOf?.name ?? null,
    rule: found.rule,
    endedAt: found.endedAt,
    reason: found.reason,
    own: found.requestedBy?.id === decider.id,
    mayDecide: askPolicy(found, decider, now).allowed,
  };
}

/**
 * Everything about one approval, for those who may read approvals, who asked for it, or who may decide about it.
 * @throws HoldfastError `not_found`, also for everybody else.
 */
export async function readApprovalDetail(
  tx: Tx,
  asking: Asking,
  approvalId: string,
): Promise<z.input<typeof approvalDetail>> {
  const found = await readApproval(tx, approvalId);
  const decider = await deciderOf(tx, asking);
  const decision = found && askPolicy(found, decider, asking.now);
  const mine = found?.requestedBy?.id === decider.id || found?.decidedBy?.id === decider.id;
  const readable = await mayAccessAll(tx, asking, 'approval.read');
  if (found === undefined || decision === undefined || !(readable || mine || decision.allowed))
    throw new HoldfastError('not_found', 'There is no approval with this id that you may see.');
  const unseen = decision.allowed
    ? (await findUnseen(tx, asking, found, decision.onBehalfOf ?? undefined)).unseen
    : 0;
  return {
    ...presentApproval(found, decider, asking.now),
    decision: {
      unseen,
      rule: decision.rule,
      onBehalfOf: decider.lentBy.find(({ id }) => id === decision.onBehalfOf)?.name ?? null,
    },
    about: await aboutApproval(tx, found),
    history: await historyOf(tx, { type: 'approval', id: approvalId }),
  };
}
