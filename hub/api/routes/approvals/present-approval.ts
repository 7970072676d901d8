import type { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { readApproval, type Approval } from '../../../../recorder-core/records/approvals.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { askPolicy, deciderOf, type NamedDecider } from '../../../approvals/decide-approval.ts';
import { mayAccessAll } from '../../../access/require-access.ts';
import type { Asking } from '../../../identity/asking.ts';
import type { approvalDetail, approvalEvent, approvalSummary } from '../../schemas/approval.ts';
import { actorOf } from '../ledger/present-leaf.ts';

/** More than an approval can have: a few reminders, levels and refused attempts. */
const MOST_EVENTS = 200;

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
  return {
    ...presentApproval(found, decider, asking.now),
    decision: {
      rule: decision.rule,
      onBehalfOf: decider.lentBy.find(({ id }) => id === decision.onBehalfOf)?.name ?? null,
    },
    history: await readEvents(tx, approvalId),
  };
}

async function readEvents(tx: Tx, approvalId: string): Promise<z.input<typeof approvalEvent>[]> {
  const found = await searchLeaves(tx, {
    objectType: 'approval',
    objectId: approvalId,
    limit: MOST_EVENTS,
  });
  return found.toReversed().map((stored) => {
    const leaf = parseLeaf(stored.body);
    const actor = actorOf(leaf, stored);
    const name = actor.kind === 'person' ? actor.name : actor.kind === 'erased' ? '' : null;
    return { at: stored.at, act: stored.act, outcome: leaf.outcome, actor: name };
  });
}
