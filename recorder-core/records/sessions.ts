import type { Tx } from './database.ts';
import type { User } from './users.ts';

/** Keeps the digest of a one-time sign-in link. */
export async function insertSignInLink(
  tx: Tx,
  tenantId: string,
  link: { readonly tokenDigest: Buffer; readonly userId: string; readonly expiresAt: string },
): Promise<void> {
  await tx.query(
    'insert into sign_in_link (tenant_id, token_digest, user_id, expires_at) values ($1, $2, $3, $4)',
    [tenantId, link.tokenDigest, link.userId, link.expiresAt],
  );
}

/** Uses up a link: answers its user once, and undefined for ever after, or when it is unknown or expired, or the user may not sign in any more. */
export async function useSignInLink(tx: Tx, tokenDigest: Buffer, now: string): Promise<User | undefined> {
  const { rows } = await tx.query<User>(
    `update sign_in_link l set used_at = $2 from app_user u
      where l.token_digest = $1 and l.used_at is null and l.expires_at > $2
        and u.tenant_id = l.tenant_id and u.id = l.user_id and u.status = 'active'
      returning u.id, u.name, u.role`,
    [tokenDigest, now],
  );
  return rows[0];
}

/** A session with its user. */
export interface Session {
  readonly user: User;
  readonly expiresAt: string;
}

/** Opens a session. */
export async function insertSession(
  tx: Tx,
  tenantId: string,
  session: {
    readonly tokenDigest: Buffer;
    readonly userId: string;
    readonly now: string;
    readonly expiresAt: string;
  },
): Promise<void> {
  await tx.query(
    'insert into session (tenant_id, token_digest, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)',
    [tenantId, session.tokenDigest, session.userId, session.now, session.expiresAt],
  );
}

/** The open session of a token digest; undefined when it is unknown, ended or expired, or its user may not sign in any more. */
export async function readSession(tx: Tx, tokenDigest: Buffer, now: string): Promise<Session | undefined> {
  const { rows } = await tx.query<User & { expiresAt: Date }>(
    `select u.id, u.name, u.role, s.expires_at as "expiresAt"
       from session s join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      where s.token_digest = $1 and s.ended_at is null and s.expires_at > $2 and u.status = 'active'`,
    [tokenDigest, now],
  );
  const row = rows[0];
  return (
    row && { user: { id: row.id, name: row.name, role: row.role }, expiresAt: row.expiresAt.toISOString() }
  );
}

/** Ends a session; nothing happens when it has ended. */
export async function endSession(tx: Tx, tokenDigest: Buffer, now: string): Promise<void> {
  await tx.query('update session set ended_at = $2 where token_digest = $1 and ended_at is null', [
    tokenDigest,
    now,
  ]);
}
