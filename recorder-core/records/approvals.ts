import { HoldfastError } from '../errors.ts';
import type { Act } from '../policy/access.ts';
import {
  approvalStateAfter,
  type ApprovalEvent,
  type ApprovalKind,
  type ApprovalLevel,
  type ApprovalState,
} from '../policy/approval.ts';
import type { Tx } from './database.ts';
import type { LeafPerson } from './leaf-people.ts';

/** Figures of what is asked about, by their names: `{ recordings: 12, matter: 'M-7' }`. */
export type ApprovalFacts = Readonly<Record<string, string | number | boolean | null>>;

/** An approval as the database knows it. People are named where the name still stands. */
export interface Approval {
  readonly id: string;
  readonly kind: ApprovalKind;
  /** What the role of whoever decides must allow. */
  readonly act: Act;
  readonly subject: { readonly type: string; readonly id: string };
  readonly state: ApprovalState;
  /** What happens if it is approved. */
  readonly summary: string;
  readonly facts: ApprovalFacts;
  readonly levels: readonly ApprovalLevel[];
  readonly level: number;
  readonly reminders: number;
  /** Null where the product itself asked. */
  readonly requestedBy: LeafPerson | null;
  /** Whom it is for, or about, and who so has no say in it. */
  readonly notBy: { readonly user: string | null; readonly group: string | null };
  readonly requestedAt: string;
  readonly dueAt: string;
  readonly decidedBy: LeafPerson | null;
  /** Whose right was used, where it was lent. */
  readonly onBehalfOf: LeafPerson | null;
  readonly rule: string | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
}

interface ApprovalRow extends Omit<
  Approval,
  'subject' | 'requestedBy' | 'notBy' | 'requestedAt' | 'dueAt' | 'decidedBy' | 'onBehalfOf' | 'endedAt'
> {
  readonly subject_type: string;
  readonly subject_id: string;
  readonly requested_by: string | null;
  readonly requester: string | null;
  readonly not_by: string | null;
  readonly not_by_group: string | null;
  readonly requested_at: Date;
  readonly due_at: Date;
  readonly decided_by: string | null;
  readonly decider: string | null;
  readonly on_behalf_of: string | null;
  readonly giver: string | null;
  readonly ended_at: Date | null;
}

const SELECT = `
  select a.id, a.kind, a.act, a.subject_type, a.subject_id, a.state, a.summary, a.facts, a.levels, a.level, a.reminders,
         a.requested_by, r.name as requester, a.not_by, a.not_by_group, a.requested_at, a.due_at, a.decided_by, d.name as decider,
         a.on_behalf_of, g.name as giver, a.rule, a.ended_at, a.reason
    from approval a
    left join app_user r on r.tenant_id = a.tenant_id and r.id = a.requested_by
    left join app_user d on d.tenant_id = a.tenant_id and d.id = a.decided_by
    left join app_user g on g.tenant_id = a.tenant_id and g.id = a.on_behalf_of`;

function fromRow(row: ApprovalRow): Approval {
  const { subject_type, subject_id, requested_by, requester, requested_at, due_at, ...rest } = row;
  const { decided_by, decider, on_behalf_of, giver, ended_at, not_by, not_by_group, ...facts } = rest;
  return {
    ...facts,
    subject: { type: subject_type, id: subject_id },
    requestedBy: personOf(requested_by, requester),
    notBy: { user: not_by, group: not_by_group },
    requestedAt: requested_at.toISOString(),
    dueAt: due_at.toISOString(),
    decidedBy: personOf(decided_by, decider),
    onBehalfOf: personOf(on_behalf_of, giver),
    endedAt: ended_at?.toISOString() ?? null,
  };
}

function personOf(id: string | null, name: string | null): LeafPerson | null {
  return id === null ? null : { id, name: name ?? id };
}

/** What is asked, as its first row has it. */
export type NewApproval = Pick<
  Approval,
  'id' | 'kind' | 'act' | 'subject' | 'summary' | 'facts' | 'levels' | 'notBy' | 'requestedAt' | 'dueAt'
> & { readonly requestedBy: string | null };

/** Adds an open approval; false, and nothing changes, where one of this id stands or one about the same thing is open. */
export async function insertApproval(tx: Tx, tenantId: string, asked: NewApproval): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into approval (tenant_id, id, kind, act, subject_type, subject_id, state, summary, facts, levels,
                           requested_by, requested_at, due_at, not_by, not_by_group)
     values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing`,
    [
      tenantId,
      asked.id,
      asked.kind,
      asked.act,
      asked.subject.type,
      asked.subject.id,
      asked.summary,
      JSON.stringify(asked.facts),
      JSON.stringify(asked.levels),
      asked.requestedBy,
      asked.requestedAt,
      asked.dueAt,
      asked.notBy.user,
      asked.notBy.group,
    ],
  );
  return rowCount === 1;
}

/** One approval, or undefined. */
export async function readApproval(tx: Tx, id: string): Promise<Approval | undefined> {
  const { rows } = await tx.query<ApprovalRow>(`${SELECT} where a.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** One approval under a row lock: two who end it come one after the other. */
export async function lockApproval(tx: Tx, id: string): Promise<Approval | undefined> {
  const { rowCount } = await tx.query('select from approval where id = $1 for update', [id]);
  return rowCount === 1 ? readApproval(tx, id) : undefined;
}

const LIST_LIMIT = 500;

/** What a list of approvals is narrowed to. */
export interface ApprovalFilter {
  readonly open?: boolean;
  readonly subjectId?: string;
  readonly requestedBy?: string;
}

/** Approvals, those due first where only open ones are asked for, else the newest first; at most 500. */
export async function listApprovals(tx: Tx, filter: ApprovalFilter = {}): Promise<Approval[]> {
  const { rows } = await tx.query<ApprovalRow>(
    `${SELECT}
      where ($1::boolean is null or (a.state = 'open') = $1) and ($2::text is null or a.subject_id = $2)
        and ($3::uuid is null or a.requested_by = $3)
      order by case when $1 then a.due_at end, a.requested_at desc, a.id desc limit $4`,
    [filter.open ?? null, filter.subjectId ?? null, filter.requestedBy ?? null, LIST_LIMIT],
  );
  return rows.map(fromRow);
}

/** Ids of the open approvals about one thing. */
export async function listOpenAbout(tx: Tx, kind: ApprovalKind, subjectId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from approval where kind = $1 and subject_id = $2 and state = 'open' order by id",
    [kind, subjectId],
  );
  return rows.map(({ id }) => id);
}

/** What an end brings to the row besides the state. */
export interface ApprovalEnd {
  readonly at: string;
  readonly decidedBy?: string;
  readonly onBehalfOf?: string | null;
  readonly rule?: string;
  readonly reason?: string | null;
}

/** Ends a locked approval by an event; answers the new state, or undefined where it was over before. */
export async function moveApproval(
  tx: Tx,
  { id, state }: Pick<Approval, 'id' | 'state'>,
  event: ApprovalEvent,
  end: ApprovalEnd,
): Promise<Exclude<ApprovalState, 'open'> | undefined> {
  const next = approvalStateAfter(state, event);
  if (next === undefined) return undefined;
  await tx.query(
    `update approval set state = $2, ended_at = $3, decided_by = $4, on_behalf_of = $5, rule = $6, reason = $7
      where id = $1 and state = 'open'`,
    [id, next, end.at, end.decidedBy ?? null, end.onBehalfOf ?? null, end.rule ?? null, end.reason ?? null],
  );
  return next;
}

/** Notes the level that was reached and the reminders that were due. */
export async function noteApprovalStep(
  tx: Tx,
  id: string,
  { level, reminders }: Pick<Approval, 'level' | 'reminders'>,
): Promise<void> {
  await tx.query('update approval set level = $2, reminders = $3 where id = $1', [id, level, reminders]);
}

/**
 * What the activity that acts asks in its own transaction: the approval, which stays as it is until the transaction
 * ends. @throws HoldfastError `forbidden` where it is not approved, or is about something else.
 */
export async function requireApproved(
  tx: Tx,
  approvalId: string,
  about?: { readonly kind: ApprovalKind; readonly subjectId: string },
): Promise<Approval> {
  await tx.query('select from approval where id = $1 for share', [approvalId]);
  const found = await readApproval(tx, approvalId);
  if (found?.state !== 'approved') {
    throw new HoldfastError(
      'forbidden',
      `A second person has to agree first; the approval is ${found?.state ?? 'not there'}. Nothing was done.`,
    );
  }
  if (about !== undefined && (found.kind !== about.kind || found.subject.id !== about.subjectId))
    throw new HoldfastError('forbidden', 'The approval is about something else. Nothing was done.');
  return found;
}
