import type pg from 'pg';
import type { Tx } from './database.ts';

/** What a session of a provider needs to end with it. */
export interface ProviderSession {
  readonly sessionId: string;
  readonly providerId: string;
  readonly subject: string;
  /** `sid` of OpenID Connect, SessionIndex of SAML. */
  readonly providerSid: string | null;
  /** Tokens, for `openSecret` alone. */
  readonly sealed: Buffer | null;
  readonly renewAt: Date | null;
}

const COLUMNS = `session_id as "sessionId", provider_id as "providerId", subject, provider_sid as "providerSid", sealed,
  renew_at as "renewAt"`;

/** Keeps it beside the session. */
export async function insertProviderSession(
  tx: Tx,
  tenantId: string,
  session: ProviderSession,
): Promise<void> {
  await tx.query(
    `insert into provider_session (tenant_id, session_id, provider_id, subject, provider_sid, sealed, renew_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tenantId,
      session.sessionId,
      session.providerId,
      session.subject,
      session.providerSid,
      session.sealed,
      session.renewAt,
    ],
  );
}

/** That of one session, or undefined where it was not begun by a provider. */
export async function readProviderSession(tx: Tx, sessionId: string): Promise<ProviderSession | undefined> {
  const { rows } = await tx.query<ProviderSession>(
    `select ${COLUMNS} from provider_session where session_id = $1`,
    [sessionId],
  );
  return rows[0];
}

/** Forgets it, and the tokens in it. */
export async function deleteProviderSession(tx: Tx, sessionId: string): Promise<void> {
  await tx.query('delete from provider_session where session_id = $1', [sessionId]);
}

/**
 * Those that a provider's logout means: of its session where it names one, else all of the subject. Where it names both,
 * both must fit.
 */
export async function findProviderSessions(
  tx: Tx,
  providerId: string,
  meant: { readonly subject: string | null; readonly sid: string | null },
): Promise<ProviderSession[]> {
  if (meant.subject === null && meant.sid === null) return [];
  const { rows } = await tx.query<ProviderSession>(
    `select ${COLUMNS} from provider_session
      where provider_id = $1 and ($2::text is null or subject = $2) and ($3::text is null or provider_sid = $3)`,
    [providerId, meant.subject, meant.sid],
  );
  return rows;
}

/** All that a provider began and nobody has ended. */
export async function listProviderSessions(tx: Tx, providerId: string): Promise<ProviderSession[]> {
  const { rows } = await tx.query<ProviderSession>(
    `select ${COLUMNS} from provider_session where provider_id = $1`,
    [providerId],
  );
  return rows;
}

/** Ends sessions and forgets their tokens; answers whose were still open. */
export async function endProviderSessionRows(
  tx: Tx,
  sessionIds: readonly string[],
  now: Date,
): Promise<{ readonly sessionId: string; readonly userId: string; readonly name: string }[]> {
  const { rows } = await tx.query<{ sessionId: string; userId: string; name: string }>(
    `update session s set ended_at = $2 from app_user u
      where s.id = any($1::uuid[]) and s.ended_at is null and u.tenant_id = s.tenant_id and u.id = s.user_id
      returning s.id as "sessionId", u.id as "userId", u.name`,
    [sessionIds, now],
  );
  await tx.query('delete from provider_session where session_id = any($1::uuid[])', [sessionIds]);
  return rows;
}

/** Sessions that are due to be renewed, each for one process: they are due again later in any case. */
export async function claimDueSessions(
  tx: Tx,
  { now, again, most }: { readonly now: Date; readonly again: Date; readonly most: number },
): Promise<ProviderSession[]> {
  const { rows } = await tx.query<ProviderSession>(
    `update provider_session set renew_at = $2
      where session_id in (select session_id from provider_session where renew_at <= $1
                            order by renew_at limit $3 for update skip locked)
      returning ${COLUMNS}`,
    [now, again, most],
  );
  return rows;
}

/** Keeps the tokens of a renewed session, and when it is due again. */
export async function keepRenewed(tx: Tx, sessionId: string, sealed: Buffer, renewAt: Date): Promise<void> {
  await tx.query('update provider_session set sealed = $2, renew_at = $3 where session_id = $1', [
    sessionId,
    sealed,
    renewAt,
  ]);
}

/** Tenants with sessions that are due; asked with the dispatcher's role. */
export async function listTenantsToRenew(dispatcher: pg.Pool, now: Date): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenant_id: string }>(
    'select distinct tenant_id from provider_session where renew_at <= $1',
    [now],
  );
  return rows.map((row) => row.tenant_id);
}
