import type { Tx } from './database.ts';
import { ACCESS_ENDED } from './end-grants.ts';

/** What of a person's access was ended, in numbers. */
export interface EndedAccess {
  readonly sessions: number;
  readonly signInLinks: number;
  readonly delegations: number;
  readonly exportLinks: number;
  /** Rights that were given to them, or that wait for an answer. */
  readonly grants: number;
  /** Tokens and certificates of machines that they made: they have seen them. */
  readonly serviceTokens: number;
}

/** Whether nothing of it was open. */
export function nothingEnded(ended: EndedAccess): boolean {
  return Object.values(ended).every((count) => count === 0);
}

/**
 * Ends all that a person can get in with, or has let others in with: sessions, unused sign-in links, rights that they lent
 * or were lent, grants to them, tokens of machines that they made, and download links that they made, or that hand over an
 * export they asked for or receive. Done again, it ends what came since. Playbacks and downloads that run ask the rows again and end within seconds.
 */
export async function endAccess(
  tx: Tx,
  person: { readonly id: string; readonly name: string },
  at: string,
): Promise<EndedAccess> {
  const count = async (text: string, values: unknown[]) => (await tx.query(text, values)).rowCount ?? 0;
  return {
    sessions: await count(
      'update session set ended_at = $2 where user_id = $1 and ended_at is null and expires_at > $2',
      [person.id, at],
    ),
    signInLinks: await count(
      'update sign_in_link set used_at = $2 where user_id = $1 and used_at is null and expires_at > $2',
      [person.id, at],
    ),
    delegations: await count(
      'update delegation set ended_at = $2 where $1 in (from_user, to_user) and ended_at is null and until_at > $2',
      [person.id, at],
    ),
    exportLinks: await count(
      `update export_link l set revoked_at = $2 from export e
        where e.tenant_id = l.tenant_id and e.id = l.export_id and l.revoked_at is null
          and (l.created_by = $1 or e.requested_by = $1 or lower(e.recipient) = lower($3))`,
      [person.id, at, person.name],
    ),
    grants: await count(
      `update access_grant set state = 'revoked', ended_at = $2, end_reason = $3
        where user_id = $1 and state in ('requested', 'granted')`,
      [person.id, at, ACCESS_ENDED],
    ),
    serviceTokens: await count(
      'update service_credential set revoked_at = $2 where created_by = $1 and revoked_at is null and expires_at > $2',
      [person.id, at],
    ),
  };
}

/** What `endAccess` would end now. */
export async function countAccess(
  tx: Tx,
  person: { readonly id: string; readonly name: string },
  at: string,
): Promise<EndedAccess & { readonly approvals: number }> {
  const { rows } = await tx.query<Record<keyof EndedAccess | 'approvals', string>>(
    `select (select count(*) from session where user_id = $1 and ended_at is null and expires_at > $2) as "sessions",
            (select count(*) from sign_in_link where user_id = $1 and used_at is null and expires_at > $2) as "signInLinks",
            (select count(*) from delegation where $1 in (from_user, to_user) and ended_at is null and until_at > $2)
              as "delegations",
            (select count(*) from export_link l join export e on e.tenant_id = l.tenant_id and e.id = l.export_id
              where l.revoked_at is null and l.expires_at > $2
                and (l.created_by = $1 or e.requested_by = $1 or lower(e.recipient) = lower($3))) as "exportLinks",
            (select count(*) from access_grant where user_id = $1 and state in ('requested', 'granted') and until_at > $2)
              as "grants",
            (select count(*) from service_credential where created_by = $1 and revoked_at is null and expires_at > $2)
              as "serviceTokens",
            (select count(*) from approval where requested_by = $1 and state = 'open') as "approvals"`,
    [person.id, at, person.name],
  );
  const row = rows[0];
  return {
    sessions: Number(row?.sessions ?? 0),
    signInLinks: Number(row?.signInLinks ?? 0),
    delegations: Number(row?.delegations ?? 0),
    exportLinks: Number(row?.exportLinks ?? 0),
    grants: Number(row?.grants ?? 0),
    serviceTokens: Number(row?.serviceTokens ?? 0),
    approvals: Number(row?.approvals ?? 0),
  };
}
