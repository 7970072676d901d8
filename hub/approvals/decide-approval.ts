import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  decideDecider,
  type AskedApproval,
  type Decider,
  type DeciderDecision,
} from '../../recorder-core/policy/approval.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import { lockApproval, type Approval } from '../../recorder-core/records/approvals.ts';
import { endApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readGroups } from '../../recorder-core/records/users.ts';
import { listGivers } from '../../recorder-core/records/delegations.ts';
import type { LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { noteRefused } from '../../recorder-core/records/note-refused.ts';
import { requireAccess } from '../access/require-access.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';
import { requireAllSeen } from './unseen-recordings.ts';

/** What somebody decides; a refusal has a reason, an agreement may have a remark. */
export type ApprovalAnswer =
  | { readonly verb: 'approve'; readonly remark: string | null }
  | { readonly verb: 'refuse'; readonly reason: string };

/** Somebody who wants to decide, with those who lend them the right to. */
export interface NamedDecider extends Decider {
  readonly lentBy: readonly (Decider['lentBy'][number] & LeafPerson)[];
}

/** The person with every right that is theirs, or lent to them, at this moment. */
export async function deciderOf(tx: Tx, { person, now }: Asking): Promise<NamedDecider> {
  const { id, role } = person;
  return { id, role, groups: await readGroups(tx, id), lentBy: await listGivers(tx, id, now.toISOString()) };
}

/** Whether a person may decide about an approval now; see `decideDecider`. */
export function askPolicy(found: Approval, decider: Decider, now: Date): DeciderDecision {
  return decideDecider(askedOf(found), decider, now.getTime());
}

/** An approval as the policy looks at it. */
export function askedOf({ state, act, requestedBy, notBy, dueAt }: Approval): AskedApproval {
  return { state, act, requestedBy: requestedBy?.id ?? null, notBy, dueAtMs: Date.parse(dueAt) };
}

/**
 * A second person agrees or refuses; whoever waits for it is told by the outbox. Whoever agrees is asked, besides
 * for their role, whether the policies allow them what is agreed to, with the proof of presence that it asks for, and to see each
 * recording that leaves by it; with a lent right, whether they allow it to its giver. @throws HoldfastError `not_found`; `forbidden` with the rule, and a leaf; `conflict` where it was decided; `gone` where its time is over.
 */
export async function decideApproval(
  tx: Tx,
  asking: Asking,
  approvalId: string,
  answer: ApprovalAnswer,
): Promise<void> {
  const found = await requireApproval(tx, approvalId);
  const decider = await deciderOf(tx, asking);
  const { allowed, rule, onBehalfOf } = askPolicy(found, decider, asking.now);
  if (!allowed) throw await refusal(asking, found, rule);
  const giver = decider.lentBy.find(({ id }) => id === onBehalfOf);
  if (answer.verb === 'approve') {
    await requireAccess(tx, asking, found.act as Act, {
      objects: [{ type: 'approval', id: approvalId }],
      ...(giver && { byRightOf: giver.id }),
    });
    await requireAllSeen(tx, asking, found, giver?.id);
  }
  await endApproval(tx, found, answer.verb, {
    ...endingOf(asking),
    by: asking.person,
    ...(giver === undefined ? {} : { onBehalfOf: giver }),
    rule,
    reason: answer.verb === 'approve' ? answer.remark : answer.reason,
  });
}

/**
 * Whoever asked takes the question back. @throws HoldfastError `not_found`; `forbidden` to everybody else; `conflict`
 * where it was decided before.
 */
export async function withdrawApproval(
  tx: Tx,
  asking: Asking,
  approvalId: string,
  reason: string,
): Promise<void> {
  const found = await requireApproval(tx, approvalId);
  if (found.requestedBy?.id !== asking.person.id)
    throw new HoldfastError('forbidden', 'Only whoever asked for an approval can withdraw it.');
  const ending = { ...endingOf(asking), by: asking.person, reason };
  if ((await endApproval(tx, found, 'withdraw', ending)) === undefined) throw overAlready(found);
}

function endingOf({ tenantId, now, newId }: Asking) {
  return { tenantId, now, newId, trace: carryTrace() };
}

async function requireApproval(tx: Tx, approvalId: string): Promise<Approval> {
  const found = await lockApproval(tx, approvalId);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no approval with this id in your tenant.');
}

function overAlready({ state }: Approval): HoldfastError {
  return new HoldfastError('conflict', `This was ${state} before; nothing changed.`);
}

/** The error of a decision that is not allowed; where it is a matter of rights, the refusal is in the ledger before it is answered. */
async function refusal(
  asking: Asking,
  found: Approval,
  rule: DeciderDecision['rule'],
): Promise<HoldfastError> {
  if (rule === 'approval/over') return overAlready(found);
  if (rule === 'approval/late')
    return new HoldfastError('gone', 'The time for this decision is over. Have it asked for anew.');
  await noteRefused(asking, {
    object: { type: 'approval', id: found.id },
    rules: [rule],
    facts: { act: 'approval.decide' },
  });
  if (rule === 'approval/own-benefit')
    return new HoldfastError(
      'forbidden',
      `This is for you, or about what you did, so somebody else has to decide about it (rule ${rule}).`,
    );
  return rule === 'approval/own-request'
    ? new HoldfastError(
        'forbidden',
        `You asked for this yourself, so somebody else has to decide about it (rule ${rule}).`,
      )
    : new HoldfastError(
        'forbidden',
        `Your role does not allow ${found.act}, and nobody who may decide lends you the right to (rule ${rule}).`,
      );
}
