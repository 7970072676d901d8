import type { Tx } from './database.ts';
import { SESSION_STANDS } from './sessions.ts';

/** A session that counts, by what is asked of those that stay open for long. */
export interface StandingSession {
  readonly id: string;
  readonly role: string;
  readonly groups: readonly string[];
  /** When it ends by itself, unless its person does something before. */
  readonly endsAt: Date;
}

/** Those of these sessions that count at a moment; the others have ended. */
export async function readStandingSessions(
  tx: Tx,
  ids: readonly string[],
  now: string,
): Promise<StandingSession[]> {
  const { rows } = await tx.query<StandingSession>(
    `select s.id, u.role, u.groups,
            least(s.expires_at, coalesce(s.last_seen_at, s.created_at) + s.idle_seconds * interval '1 second') as "endsAt"
       from session s join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      where s.id = any ($1::uuid[]) and ${SESSION_STANDS}`,
    [ids, now],
  );
  return rows;
}
