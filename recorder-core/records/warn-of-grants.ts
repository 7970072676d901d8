import { LONGEST_WARNING_MS, SHARE_LEFT_AT_WARNING } from '../policy/grant-state.ts';
import { lockGrant, type AccessGrant } from './access-grants.ts';
import type { Tx } from './database.ts';
import { receiverOf, type GrantContext } from './end-grants.ts';
import { appendLeaf } from './ledger-log.ts';
import { queueMail } from './queue-mail.ts';

/** Grants that one transaction of the sweep warns of. */
const PAGE = 200;

/**
 * Tells of grants that end soon, once each: a leaf, of which webhooks tell, and the time at the grant. The first of them; answers
 * how many, so that 0 is all. What ended before anybody looked is not warned of any more.
 */
export async function warnOfEndingGrants(tx: Tx, context: GrantContext): Promise<number> {
  const { tenantId, now } = context;
  const { rows } = await tx.query<{ id: string }>(
    `select id from access_grant
      where state = 'granted' and warned_at is null and from_at <= $1 and until_at > $1
        and until_at - least(make_interval(secs => $2), (until_at - from_at) * $3) <= $1
      order by until_at, id limit $4 for update skip locked`,
    [now, LONGEST_WARNING_MS / 1000, SHARE_LEFT_AT_WARNING, PAGE],
  );
  for (const { id } of rows) {
    const grant = await lockGrant(tx, id);
    if (grant === undefined) continue;
    await tx.query('update access_grant set warned_at = $2 where id = $1', [id, now]);
    const until = new Date(grant.untilMs).toISOString();
    const facts = { kind: grant.kind, until, uses: grant.uses };
    const leaf = {
      at: now,
      act: 'grant.warned',
      object: { type: 'grant', id },
      outcome: 'done',
      facts,
    } as const;
    await appendLeaf(tx, tenantId, leaf, receiverOf(grant));
    const telling = { kind: 'grant-ending', subjectId: id, step: 'warned' } as const;
    await queueMail(tx, context, telling, await receivers(tx, grant));
  }
  return rows.length;
}

async function receivers(tx: Tx, { to }: AccessGrant): Promise<readonly string[]> {
  if ('user' in to) return [to.user.id];
  const { rows } = await tx.query<{ id: string }>(
    "select id from app_user where $1 = any (groups) and status = 'active' and kind = 'person' order by id limit 50",
    [to.group],
  );
  return rows.map(({ id }) => id);
}
