import { HoldfastError } from '../errors.ts';
import type { LeafInput } from '../ledger/leaf.ts';
import type { Act } from '../policy/access.ts';
import {
  usualLevels,
  type ApprovalEvent,
  type ApprovalKind,
  type ApprovalLevel,
  type ApprovalOutcome,
} from '../policy/approval.ts';
import {
  insertApproval,
  listOpenAbout,
  lockApproval,
  moveApproval,
  readApproval,
  type Approval,
  type ApprovalFacts,
} from './approvals.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';

/** What needs a second person. */
export interface AskedForApproval {
  readonly tenantId: string;
  /** Chosen by the caller, so that asking again with it asks once. */
  readonly id: string;
  readonly kind: ApprovalKind;
  readonly subject: { readonly type: string; readonly id: string };
  /** What the role of whoever decides must allow, besides `approval.decide`. */
  readonly act: Act;
  /** Who asks, and so can never decide; null where the product itself does. */
  readonly requestedBy: LeafPerson | null;
  /** Whom it is for, or about, and who so can never decide either; left out, nobody. */
  readonly notBy?: Approval['notBy'];
  /** What happens if it is approved, in a sentence for whoever decides. May be personal; stands in the row only. */
  readonly summary: string;
  /** Figures and words of the plan, shown as a list. */
  readonly facts?: ApprovalFacts;
  /** Until when it must be decided; then it expires, which is a no. */
  readonly dueAt: Date;
  /** Who is asked from when on; left out, those who decide such things daily, then the administrators as well. */
  readonly levels?: readonly ApprovalLevel[];
  readonly now: Date;
  readonly newId: (at: Date) => string;
  /** W3C trace context of the act that asks. */
  readonly trace?: Readonly<Record<string, string>>;
}

/**
 * Asks for a second person in the caller's transaction: the row, its leaf, and the message that starts the workflow. Asked
 * again under its id, it changes nothing. Its end is told to the one consumer of its kind.
 * @throws HoldfastError `conflict` where one about the same thing is open; `invalid_input` for a time that is over.
 */
export async function askApproval(tx: Tx, asked: AskedForApproval): Promise<void> {
  const { tenantId, id, kind, subject, act, requestedBy, summary, dueAt, now } = asked;
  const periodMs = dueAt.getTime() - now.getTime();
  if (!(periodMs > 0))
    throw new HoldfastError('invalid_input', 'The time for a decision is over before it begins.', {
      field: 'dueAt',
    });
  const levels = asked.levels ?? usualLevels(act, periodMs);
  const made = await insertApproval(tx, tenantId, {
    id,
    kind,
    act,
    subject,
    summary,
    facts: asked.facts ?? {},
    levels,
    requestedBy: requestedBy?.id ?? null,
    notBy: asked.notBy ?? { user: null, group: null },
    requestedAt: now.toISOString(),
    dueAt: dueAt.toISOString(),
  });
  if (!made) {
    if ((await readApproval(tx, id)) !== undefined) return;
    throw new HoldfastError(
      'conflict',
      'A second person was asked about this before, and the question is still open. Withdraw it, or wait for the answer.',
    );
  }
  await noteApproval(
    tx,
    { tenantId, id, now },
    {
      act: 'approval.asked',
      outcome: 'waiting',
      facts: { kind, subject: subject.type, subjectId: subject.id, act, dueAt: dueAt.toISOString() },
    },
    { ...(requestedBy === null ? {} : actedBy(requestedBy)), summary },
  );
  await insertOutbox(tx, {
    tenantId,
    id: asked.newId(now),
    topic: 'approval.asked',
    payload: { approvalId: id },
    trace: asked.trace ?? {},
  });
}

/** In whose transaction, and when, an approval is ended. */
export interface ApprovalEnding {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly trace?: Readonly<Record<string, string>>;
  /** Whoever decides or withdraws; left out where time or the product does. */
  readonly by?: LeafPerson;
  /** Whose right they use, where it was lent. */
  readonly onBehalfOf?: LeafPerson;
  /** By which whoever decides is allowed to. */
  readonly rule?: string;
  readonly reason?: string | null;
}

/**
 * Ends a locked approval: row, leaf, and the message to its workflow and to the consumer of its kind. Answers undefined,
 * and does nothing, where it was over before.
 */
export async function endApproval(
  tx: Tx,
  approval: Approval,
  event: ApprovalEvent,
  ending: ApprovalEnding,
): Promise<ApprovalOutcome | undefined> {
  const { tenantId, now, by, onBehalfOf, rule, reason } = ending;
  const decides = event === 'approve' || event === 'refuse';
  const outcome = await moveApproval(tx, approval, event, {
    at: now.toISOString(),
    ...(decides && by !== undefined ? { decidedBy: by.id, onBehalfOf: onBehalfOf?.id ?? null } : {}),
    ...(rule === undefined ? {} : { rule }),
    reason: reason ?? null,
  });
  if (outcome === undefined) return undefined;
  const { id, kind, subject } = approval;
  await noteApproval(
    tx,
    { tenantId, id, now },
    {
      act: `approval.${outcome}`,
      outcome: outcome === 'approved' || outcome === 'withdrawn' ? 'done' : outcome,
      ...(rule === undefined ? {} : { rules: [rule] }),
      facts: { kind, subject: subject.type, subjectId: subject.id },
    },
    {
      ...(by === undefined ? {} : actedBy(by)),
      ...(onBehalfOf === undefined ? {} : { onBehalfOf: onBehalfOf.name, onBehalfOfId: onBehalfOf.id }),
      ...(reason === undefined || reason === null || reason === '' ? {} : { reason }),
    },
  );
  await insertOutbox(tx, {
    tenantId,
    id: ending.newId(now),
    topic: 'approval.ended',
    payload: { approvalId: id, kind, subjectId: subject.id, outcome },
    trace: ending.trace ?? {},
  });
  return outcome;
}

/** Withdraws what is open about a thing that needs no answer any more; answers how many that were. */
export async function withdrawApprovalsAbout(
  tx: Tx,
  about: { readonly kind: ApprovalKind; readonly subjectId: string },
  ending: ApprovalEnding,
): Promise<number> {
  let withdrawn = 0;
  for (const id of await listOpenAbout(tx, about.kind, about.subjectId)) {
    const approval = await lockApproval(tx, id);
    if (approval !== undefined && (await endApproval(tx, approval, 'withdraw', ending)) !== undefined)
      withdrawn += 1;
  }
  return withdrawn;
}

/** Enters something about an approval into the ledger. */
export async function noteApproval(
  tx: Tx,
  { tenantId, id, now }: { readonly tenantId: string; readonly id: string; readonly now: Date },
  leaf: Pick<LeafInput, 'act' | 'outcome' | 'rules' | 'facts'>,
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  await appendLeaf(tx, tenantId, { at: now, object: { type: 'approval', id }, ...leaf }, personal);
}
