import type { Tx } from './database.ts';

const DAY_MS = 86_400_000;
/** How long after their end sessions and links stay, and answers to requests with an idempotency key after they were given. */
export const KEPT_DAYS = { sessions: 90, links: 30, answers: 30 } as const;
const AT_ONCE = 1_000;

/**
 * Deletes sessions that were over long ago with all that belongs to them, links that were used or not in time, and old
 * answers kept for repeated requests. Of each person the last session of each way to sign in stays: from it people see when an
 * account was last used. The ledger keeps who signed in when. Safe to call again and by several at once.
 * @returns whether there is more, since no more than some go at once
 */
export async function clearSignIns(tx: Tx, now: Date): Promise<{ readonly more: boolean }> {
  const before = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const cleared = [
    await clearSessions(tx, before(KEPT_DAYS.sessions)),
    await deleteSome(tx, 'sign_in_link', 'coalesce(used_at, expires_at)', before(KEPT_DAYS.links)),
    await deleteSome(tx, 'idempotent_answer', 'created_at', before(KEPT_DAYS.answers)),
  ];
  return { more: cleared.includes(AT_ONCE) };
}

async function clearSessions(tx: Tx, before: Date): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `select s.id from session s
      where coalesce(s.ended_at, s.expires_at) < $1
        and exists (select from session n
                     where n.tenant_id = s.tenant_id and n.user_id = s.user_id and n.means = s.means
                       and (n.created_at, n.id) > (s.created_at, s.id))
      order by coalesce(s.ended_at, s.expires_at) limit ${AT_ONCE} for update of s skip locked`,
    [before],
  );
  const ids = rows.map(({ id }) => id);
  for (const table of ['session_former_secret', 'provider_session', 'presence_challenge'])
    await tx.query(`delete from ${table} where session_id = any ($1)`, [ids]);
  await tx.query('delete from session where id = any ($1)', [ids]);
  return ids.length;
}

/** By `ctid`, so that no more than some go at once; a row that another has changed meanwhile is passed over. */
async function deleteSome(tx: Tx, table: string, over: string, before: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from ${table} where ctid = any (array(
       select ctid from ${table} where ${over} < $1 order by ${over} limit ${AT_ONCE}))`,
    [before],
  );
  return rowCount ?? 0;
}
