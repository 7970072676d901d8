import type pg from 'pg';
import type { MailKind, MailLanguage, MailState } from '../policy/mail-plan.ts';
import type { Tx } from './database.ts';

/** From whom, and in which language, people of a tenant get mail. */
export interface MailSetting {
  readonly allowed: boolean;
  readonly sender: string;
  readonly senderName: string;
  readonly language: MailLanguage;
}

/** The setting of the tenant; undefined where nobody has switched mail on yet. */
export async function readMailSetting(tx: Tx): Promise<MailSetting | undefined> {
  const { rows } = await tx.query<MailSetting>(
    'select allowed, sender, sender_name as "senderName", language from mail_setting',
  );
  return rows[0];
}

/** Sets it. */
export async function writeMailSetting(
  tx: Tx,
  tenantId: string,
  setting: MailSetting,
  by: { readonly person: string; readonly now: Date },
): Promise<void> {
  await tx.query(
    `insert into mail_setting (tenant_id, allowed, sender, sender_name, language, changed_by, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id) do update set allowed = $2, sender = $3, sender_name = $4, language = $5, changed_by = $6, changed_at = $7`,
    [tenantId, setting.allowed, setting.sender, setting.senderName, setting.language, by.person, by.now],
  );
}

/** A mail, without its text and its address: those are read when it is sent. */
export interface Mail {
  readonly id: string;
  readonly kind: MailKind;
  readonly subjectId: string;
  readonly step: string;
  /** To whom; null: the custodian of the notice, or the superior. */
  readonly userId: string | null;
  /** Who that is, as far as the name still stands. */
  readonly to: string | null;
  readonly state: MailState;
  readonly attempts: number;
  readonly queuedAt: Date;
  readonly dueAt: Date | null;
  readonly attemptedAt: Date | null;
  readonly settledAt: Date | null;
  /** Last reply of the mail server. */
  readonly code: number | null;
  readonly answer: string | null;
}

const SELECT = `
  select m.id, m.kind, m.subject_id as "subjectId", m.step, m.user_id as "userId",
         case when m.user_id is not null then u.name when m.step = 'escalated' then n.superior else n.name end as to,
         m.state, m.attempts, m.queued_at as "queuedAt", m.due_at as "dueAt", m.attempted_at as "attemptedAt",
         m.settled_at as "settledAt", m.code, m.answer
    from mail m
    left join app_user u on u.tenant_id = m.tenant_id and u.id = m.user_id
    left join custodian_notice n on n.tenant_id = m.tenant_id and n.id = m.subject_id and m.kind = 'custodian-notice'`;

const LIST_LIMIT = 500;

/** Mails, the newest first; at most 500. */
export async function listMail(tx: Tx, filter: { readonly state?: MailState }): Promise<Mail[]> {
  const { rows } = await tx.query<Mail>(
    `${SELECT} where $1::text is null or m.state = $1 order by m.queued_at desc, m.id desc limit $2`,
    [filter.state ?? null, LIST_LIMIT],
  );
  return rows;
}

/** One mail, or undefined. */
export async function readMail(tx: Tx, id: string): Promise<Mail | undefined> {
  const { rows } = await tx.query<Mail>(`${SELECT} where m.id = $1`, [id]);
  return rows[0];
}

/** What is to be told to whom. */
export type NewMail = Pick<Mail, 'id' | 'kind' | 'subjectId' | 'step' | 'userId'> & {
  /** The same key is told once. */
  readonly key: string;
};

/** Queues mails, each key once for ever; answers how many are new. */
export async function insertMail(
  tx: Tx,
  tenantId: string,
  mails: readonly NewMail[],
  now: Date,
): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into mail (tenant_id, id, key, kind, subject_id, step, user_id, queued_at, due_at)
     select $1, id, key, kind, subject_id, step, user_id, $8, $8
       from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[])
         as new (id, key, kind, subject_id, step, user_id)
     on conflict do nothing`,
    [
      tenantId,
      mails.map(({ id }) => id),
      mails.map(({ key }) => key),
      mails.map(({ kind }) => kind),
      mails.map(({ subjectId }) => subjectId),
      mails.map(({ step }) => step),
      mails.map(({ userId }) => userId),
      now,
    ],
  );
  return rowCount ?? 0;
}

/** Takes what is due: it counts as attempted from here on, and another worker may have it only after `leaseMs`. */
export async function claimMail(
  tx: Tx,
  { now, limit, leaseMs }: { readonly now: Date; readonly limit: number; readonly leaseMs: number },
): Promise<Mail[]> {
  const { rows } = await tx.query<{ id: string }>(
    `update mail set attempts = attempts + 1, attempted_at = $1, due_at = $2
      where id = any (array(
        select id from mail where state = 'waiting' and due_at <= $1 order by due_at, id limit $3 for update skip locked))
      returning id`,
    [now, new Date(now.getTime() + leaseMs), limit],
  );
  const found: Mail[] = [];
  for (const { id } of rows) {
    const mail = await readMail(tx, id);
    if (mail !== undefined) found.push(mail);
  }
  return found;
}

/** What came of an attempt; `due` where it is tried again. */
export interface MailOutcome {
  readonly state: MailState;
  readonly due: Date | null;
  readonly code: number | null;
  readonly answer: string | null;
}

/** Notes what came of a mail that waited; false where it is settled already. */
export async function settleMail(tx: Tx, id: string, outcome: MailOutcome, now: Date): Promise<boolean> {
  const { state, due, code, answer } = outcome;
  const { rowCount } = await tx.query(
    "update mail set state = $2, due_at = $3, settled_at = $4, code = $5, answer = $6 where id = $1 and state = 'waiting'",
    [id, state, due, state === 'waiting' ? null : now, code, answer],
  );
  return rowCount === 1;
}

/** Puts a mail that failed into the queue again, with three days from now; false where it did not fail. */
export async function requeueMail(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    "update mail set state = 'waiting', due_at = $2, queued_at = $2, settled_at = null, attempts = 0 where id = $1 and state = 'failed'",
    [id, now],
  );
  return rowCount === 1;
}

/** Tenants with something due, and how many mails the installation has attempted since an instant; asked with the dispatcher's role. */
export async function mailStanding(
  dispatcher: pg.Pool,
  now: Date,
  since: Date,
): Promise<{ readonly tenants: readonly string[]; readonly attempted: number }> {
  const [due, attempted] = [
    await dispatcher.query<{ tenant_id: string }>(
      "select distinct tenant_id from mail where state = 'waiting' and due_at <= $1 order by tenant_id",
      [now],
    ),
    await dispatcher.query<{ count: number }>(
      'select count(*)::int as count from mail where attempted_at > $1',
      [since],
    ),
  ];
  return { tenants: due.rows.map((row) => row.tenant_id), attempted: attempted.rows[0]?.count ?? 0 };
}

/** Removes what was settled before an instant, at most 1,000; answers how many. */
export async function clearMail(tx: Tx, before: Date): Promise<number> {
  const { rowCount } = await tx.query(
    'delete from mail where id = any (array(select id from mail where settled_at < $1 limit 1000))',
    [before],
  );
  return rowCount ?? 0;
}

/** Address of an active person: of the account, else the first that a directory gives; undefined where there is none. */
export async function mailAddressOf(tx: Tx, userId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ address: string | null }>(
    `select coalesce(u.email, s.emails[1]) as address from app_user u
       left join scim_user s on s.tenant_id = u.tenant_id and s.user_id = u.id
      where u.id = $1 and u.status = 'active' and u.kind = 'person'`,
    [userId],
  );
  return rows[0]?.address ?? undefined;
}
