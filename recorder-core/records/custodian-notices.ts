import type { MailState } from '../policy/mail-plan.ts';
import { noticeStep } from '../policy/custodian-notice.ts';
import type { Tx } from './database.ts';
import { appendLeaf } from './ledger-log.ts';

/** A person who was told what to keep for a matter, and how far the telling has come. */
export interface CustodianNotice {
  readonly id: string;
  readonly matterId: string;
  readonly matter: string;
  readonly name: string;
  readonly address: string | null;
  /** Told when no answer comes. */
  readonly superior: string | null;
  readonly superiorAddress: string | null;
  readonly instructions: string;
  /** Sends it; null where the link is handed over by hand. */
  readonly connectionId: string | null;
  /** Sent by mail; then there is no connection. */
  readonly byMail: boolean;
  readonly remindDays: number;
  readonly mostReminders: number;
  readonly sentBy: string;
  readonly sentAt: string;
  /** When it was first handed to its connection. */
  readonly toldAt: string | null;
  readonly reminders: number;
  readonly remindedAt: string | null;
  readonly escalatedAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly endedAt: string | null;
  /** What came of the newest mail about it; null where none was queued. */
  readonly mail: { readonly state: MailState; readonly answer: string | null } | null;
}

type NoticeTimes = 'sentAt' | 'toldAt' | 'remindedAt' | 'escalatedAt' | 'acknowledgedAt' | 'endedAt';
type NoticeRow = Omit<CustodianNotice, NoticeTimes> & { readonly [K in NoticeTimes]: Date | null } & {
  readonly sentAt: Date;
};

const SELECT = `
  select n.id, n.matter_id as "matterId", m.name as matter, n.name, n.address, n.superior,
         n.superior_address as "superiorAddress", n.instructions, n.connection_id as "connectionId",
         n.by_mail as "byMail", n.remind_days as "remindDays", n.most_reminders as "mostReminders", coalesce(p.name, n.sent_by::text) as "sentBy",
         n.sent_at as "sentAt", n.told_at as "toldAt", n.reminders, n.reminded_at as "remindedAt", n.escalated_at as "escalatedAt",
         n.acknowledged_at as "acknowledgedAt", n.ended_at as "endedAt",
         (select jsonb_build_object('state', l.state, 'answer', l.answer) from mail l
           where l.tenant_id = n.tenant_id and l.kind = 'custodian-notice' and l.subject_id = n.id
           order by l.queued_at desc, l.id desc limit 1) as mail
    from custodian_notice n
    join matter m on m.tenant_id = n.tenant_id and m.id = n.matter_id
    left join app_user p on p.tenant_id = n.tenant_id and p.id = n.sent_by`;

function fromRow(row: NoticeRow): CustodianNotice {
  return {
    ...row,
    sentAt: row.sentAt.toISOString(),
    toldAt: row.toldAt?.toISOString() ?? null,
    remindedAt: row.remindedAt?.toISOString() ?? null,
    escalatedAt: row.escalatedAt?.toISOString() ?? null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** What a notice begins with; `sentBy` is the id of a person. */
export type NewNotice = Omit<
  CustodianNotice,
  | 'matter'
  | 'byMail'
  | 'toldAt'
  | 'reminders'
  | 'remindedAt'
  | 'escalatedAt'
  | 'acknowledgedAt'
  | 'endedAt'
  | 'mail'
> & { readonly byMail?: boolean };

/** Adds a notice. */
export async function insertNotice(tx: Tx, tenantId: string, notice: NewNotice): Promise<void> {
  await tx.query(
    `insert into custodian_notice (tenant_id, id, matter_id, name, address, superior, superior_address, instructions,
                                   connection_id, remind_days, most_reminders, sent_by, sent_at, by_mail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      tenantId,
      notice.id,
      notice.matterId,
      notice.name,
      notice.address,
      notice.superior,
      notice.superiorAddress,
      notice.instructions,
      notice.connectionId,
      notice.remindDays,
      notice.mostReminders,
      notice.sentBy,
      notice.sentAt,
      notice.byMail ?? false,
    ],
  );
}

/** Adds a link to a notice; those before it go on working. */
export async function insertNoticeLink(
  tx: Tx,
  tenantId: string,
  link: { readonly tokenDigest: Buffer; readonly noticeId: string; readonly madeAt: string },
): Promise<void> {
  await tx.query(
    'insert into custodian_link (tenant_id, token_digest, notice_id, made_at) values ($1, $2, $3, $4)',
    [tenantId, link.tokenDigest, link.noticeId, link.madeAt],
  );
}

/** The notices of a matter, oldest first. */
export async function listNotices(tx: Tx, matterId: string): Promise<CustodianNotice[]> {
  const { rows } = await tx.query<NoticeRow>(`${SELECT} where n.matter_id = $1 order by n.sent_at, n.id`, [
    matterId,
  ]);
  return rows.map(fromRow);
}

/** One notice under a row lock, so that it is acknowledged and reminded of in turn. */
export async function lockNotice(tx: Tx, id: string): Promise<CustodianNotice | undefined> {
  await tx.query('select from custodian_notice where id = $1 for update', [id]);
  const { rows } = await tx.query<NoticeRow>(`${SELECT} where n.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The notice that a link leads to. */
export async function findNoticeByLink(tx: Tx, tokenDigest: Buffer): Promise<CustodianNotice | undefined> {
  const { rows } = await tx.query<NoticeRow>(
    `${SELECT} where n.id = (select notice_id from custodian_link where token_digest = $1)`,
    [tokenDigest],
  );
  return rows[0] && fromRow(rows[0]);
}

/** Notes that the custodian has read it and will do so; false where that was noted before, or it is over. With a leaf. */
export async function acknowledgeNotice(
  tx: Tx,
  tenantId: string,
  { id, matterId, name }: CustodianNotice,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update custodian_notice set acknowledged_at = $2 where id = $1 and acknowledged_at is null and ended_at is null',
    [id, now.toISOString()],
  );
  if (rowCount !== 1) return false;
  const leaf = { at: now, object: { type: 'matter', id: matterId }, facts: { noticeId: id } };
  await appendLeaf(
    tx,
    tenantId,
    { ...leaf, act: 'notice.acknowledged', outcome: 'done' },
    { custodian: name },
  );
  return true;
}

/** What an unanswered notice of a matter asks for now. */
export interface DueNotice {
  readonly noticeId: string;
  readonly step: 'sent' | 'reminded' | 'escalated';
  /** Through which it is to be sent; null where it goes by mail, or somebody hands it over. */
  readonly connectionId: string | null;
  readonly byMail: boolean;
}

/**
 * Notes the reminders and escalations of a matter that are due, each once and with its leaf; and when to look again. What was
 * noted and has not been handed to its connection since is due again: whoever was told of it may have died before it was sent.
 */
export async function advanceNotices(
  tx: Tx,
  tenantId: string,
  matterId: string,
  now: Date,
): Promise<{ readonly due: readonly DueNotice[]; readonly nextAt: string | null }> {
  const due: DueNotice[] = [];
  let next = Infinity;
  const left = await noticesLeftUnsent(tx, matterId);
  for (const notice of await listNotices(tx, matterId)) {
    const { id, reminders, remindDays, mostReminders, connectionId, byMail } = notice;
    const over = notice.acknowledgedAt !== null || notice.endedAt !== null;
    if ((connectionId !== null || byMail) && notice.toldAt === null && !over) {
      await tx.query('update custodian_notice set told_at = $2 where id = $1', [id, now.toISOString()]);
      due.push({ noticeId: id, step: 'sent', connectionId, byMail });
    }
    const step = noticeStep(
      {
        sentAtMs: Date.parse(notice.sentAt),
        remindDays,
        mostReminders,
        reminders,
        escalated: notice.escalatedAt !== null,
        over,
      },
      now.getTime(),
    );
    next = Math.min(next, step.nextAtMs ?? Infinity);
    if (step.escalate || step.reminders > reminders) {
      const kind = step.escalate ? 'escalated' : 'reminded';
      await noteStep(tx, tenantId, notice, { kind, reminders: step.reminders, now });
      due.push({ noticeId: id, step: kind, connectionId, byMail });
    } else if (left.has(id)) {
      due.push({ noticeId: id, step: stepOf(notice), connectionId, byMail });
    }
  }
  return { due, nextAt: Number.isFinite(next) ? new Date(next).toISOString() : null };
}

const stepOf = ({ escalatedAt, remindedAt }: CustodianNotice): DueNotice['step'] =>
  escalatedAt !== null ? 'escalated' : remindedAt !== null ? 'reminded' : 'sent';

/** Those that have been through a step of which no link was made since: sending begins with one. Mails are queued with the step. */
async function noticesLeftUnsent(tx: Tx, matterId: string): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `select n.id from custodian_notice n
      where n.matter_id = $1 and n.connection_id is not null and n.told_at is not null
        and n.acknowledged_at is null and n.ended_at is null
        and not exists (select from custodian_link l where l.tenant_id = n.tenant_id and l.notice_id = n.id
                           and l.made_at >= greatest(n.told_at, n.reminded_at, n.escalated_at))`,
    [matterId],
  );
  return new Set(rows.map(({ id }) => id));
}

async function noteStep(
  tx: Tx,
  tenantId: string,
  { id, matterId, name, superior }: CustodianNotice,
  step: { readonly kind: 'reminded' | 'escalated'; readonly reminders: number; readonly now: Date },
): Promise<void> {
  const { kind, reminders, now } = step;
  await tx.query(
    `update custodian_notice set reminders = $2,
            reminded_at = case when $3 = 'reminded' then $4::timestamptz else reminded_at end,
            escalated_at = case when $3 = 'escalated' then $4::timestamptz else escalated_at end
      where id = $1`,
    [id, reminders, kind, now.toISOString()],
  );
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: `notice.${kind}`,
      object: { type: 'matter', id: matterId },
      outcome: 'waiting',
      facts: { noticeId: id, reminders },
    },
    { custodian: name, ...(kind === 'escalated' && superior !== null ? { superior } : {}) },
  );
}

/** Ends the notices of a matter that is over: nobody is reminded of them any more. */
export async function endNotices(tx: Tx, matterId: string, at: string): Promise<void> {
  await tx.query('update custodian_notice set ended_at = $2 where matter_id = $1 and ended_at is null', [
    matterId,
    at,
  ]);
}
