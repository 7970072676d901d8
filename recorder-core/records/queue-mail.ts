import type { MailKind } from '../policy/mail-plan.ts';
import { waitsForDecider, type ApprovalLevel, type PersonWithRole } from '../policy/approval.ts';
import type { Approval } from './approvals.ts';
import type { Tx } from './database.ts';
import { listGivers } from './delegations.ts';
import { insertMail, readMailSetting } from './mail.ts';

/** In whose transaction mails are queued. */
export interface MailContext {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/** What is told: `step` says which telling of the same it is, so that each reaches everybody once. */
export interface Telling {
  readonly kind: MailKind;
  readonly subjectId: string;
  readonly step: string;
}

/** No more people than this are told of one thing. */
const MOST_TOLD = 50;

/**
 * Queues a mail to each person, in the transaction of what it tells; none where the tenant has not switched mail on. Each
 * telling goes to each person once, however often it is queued. `null` is the custodian of a notice, or the superior.
 */
export async function queueMail(
  tx: Tx,
  { tenantId, now, newId }: MailContext,
  { kind, subjectId, step }: Telling,
  to: readonly (string | null)[],
): Promise<number> {
  if (to.length === 0 || (await readMailSetting(tx))?.allowed !== true) return 0;
  const mails = to.slice(0, MOST_TOLD).map((userId) => ({
    id: newId(now),
    key: `${kind}/${subjectId}/${step}/${userId ?? 'custodian'}`,
    kind,
    subjectId,
    step,
    userId,
  }));
  return insertMail(tx, tenantId, mails, now);
}

/** Tells those whom an open approval waits for at its level: never who asked or whom it is about. */
export async function mailDeciders(tx: Tx, context: MailContext, approval: Approval): Promise<number> {
  const step = `level-${approval.level}/reminder-${approval.reminders}`;
  if ((await readMailSetting(tx))?.allowed !== true) return 0;
  const asked: string[] = [];
  for (const person of await listReachable(tx, rolesAsked(approval.levels, approval.level), context.now)) {
    const decider = { ...person, lentBy: await listGivers(tx, person.id, context.now.toISOString()) };
    const about = {
      ...approval,
      requestedBy: approval.requestedBy?.id ?? null,
      dueAtMs: Date.parse(approval.dueAt),
    };
    if (waitsForDecider(about, decider, context.now.getTime())) asked.push(person.id);
  }
  return queueMail(tx, context, { kind: 'approval-waiting', subjectId: approval.id, step }, asked);
}

/** Tells whoever looks after something, or else those of some roles. */
export async function mailOwnerOr(
  tx: Tx,
  context: MailContext,
  telling: Telling,
  { owner, roles }: { readonly owner: string | null; readonly roles: readonly string[] },
): Promise<number> {
  if (owner !== null) return queueMail(tx, context, telling, [owner]);
  const people = await listReachable(tx, roles, null);
  return queueMail(
    tx,
    context,
    telling,
    people.map(({ id }) => id),
  );
}

function rolesAsked(levels: readonly ApprovalLevel[], level: number): readonly string[] {
  return levels.slice(0, level + 1).flatMap(({ roles }) => roles);
}

/** Active people with an address who have one of some roles or, at a moment, a right that is lent to them; at most 200. */
async function listReachable(
  tx: Tx,
  roles: readonly string[],
  lentAt: Date | null,
): Promise<PersonWithRole[]> {
  const { rows } = await tx.query<PersonWithRole>(
    `select u.id, u.role, u.groups from app_user u
       left join scim_user s on s.tenant_id = u.tenant_id and s.user_id = u.id
      where u.status = 'active' and u.kind = 'person' and coalesce(u.email, s.emails[1]) is not null
        and (u.role = any ($1) or exists (
          select from delegation l where l.tenant_id = u.tenant_id and l.to_user = u.id and l.ended_at is null
             and l.from_at <= $2 and l.until_at > $2))
      order by u.created_at, u.id limit 200`,
    [roles, lentAt],
  );
  return rows;
}
