import type { Tx } from './database.ts';
import { SESSION_COLUMNS, SESSION_STANDS, sessionFrom, type Session, type SessionRow } from './sessions.ts';

/** A session as a secret found it. */
export interface FoundSession {
  readonly session: Session;
  /** `next` was handed out and is used for the first time; `former` was replaced. */
  readonly secret: 'current' | 'next' | 'former';
  /** Of a former secret. */
  readonly replacedAt: Date | null;
  /** Since when the current secret is the current one. */
  readonly currentSince: Date;
  /** When a next secret was handed out that nobody has used yet. */
  readonly nextAt: Date | null;
  readonly lastSeenAt: Date;
  /** Of the program it belongs to; null: of any. */
  readonly userAgentDigest: Buffer | null;
}

type FoundRow = SessionRow & Omit<FoundSession, 'session'>;

/** The open session that a secret is, or was, of; undefined when there is none any more. */
export async function findSession(
  tx: Tx,
  tokenDigest: Buffer,
  now: string,
): Promise<FoundSession | undefined> {
  const { rows } = await tx.query<FoundRow>(
    `select ${SESSION_COLUMNS}, k.secret, k.replaced_at as "replacedAt",
            coalesce(s.rotated_at, s.created_at) as "currentSince", s.next_at as "nextAt",
            coalesce(s.last_seen_at, s.created_at) as "lastSeenAt", s.user_agent_digest as "userAgentDigest"
       from (select id, 'current' as secret, null::timestamptz as replaced_at from session where token_digest = $1
             union all select id, 'next', null from session where next_digest = $1
             union all select session_id, 'former', replaced_at from session_former_secret where token_digest = $1) k
       join session s on s.id = k.id
       join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      where ${SESSION_STANDS}`,
    [tokenDigest, now],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { secret, replacedAt, currentSince, nextAt, lastSeenAt, userAgentDigest, ...session } = row;
  return {
    session: sessionFrom(session),
    secret,
    replacedAt,
    currentSince,
    nextAt,
    lastSeenAt,
    userAgentDigest,
  };
}

/**
 * Hands out a next secret beside the current one, in place of one that was handed out before `lostBefore` and never used.
 * Answers whether it counts: of several requests at once, one hands out.
 */
export async function handOutSecret(
  tx: Tx,
  sessionId: string,
  next: { readonly digest: Buffer; readonly now: string; readonly lostBefore: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update session set next_digest = $2, next_at = $3
      where id = $1 and ended_at is null and (next_at is null or next_at <= $4)`,
    [sessionId, next.digest, next.now, next.lostBefore],
  );
  return rowCount === 1;
}

/** Makes a handed-out secret the current one, at its first use; the one before is a former secret from now on. */
export async function takeNextSecret(tx: Tx, sessionId: string, next: Buffer, now: string): Promise<void> {
  await replace(tx, sessionId, next, now, 'and next_digest = $2');
}

/** Gives a session another secret at once. One that was handed out meanwhile is worth nothing. */
export async function replaceSecret(tx: Tx, sessionId: string, digest: Buffer, now: string): Promise<void> {
  await replace(tx, sessionId, digest, now, '');
}

async function replace(tx: Tx, sessionId: string, digest: Buffer, now: string, where: string): Promise<void> {
  const { rows } = await tx.query<{ token_digest: Buffer }>(
    `select token_digest from session where id = $1 and token_digest <> $2 ${where} for update`,
    [sessionId, digest],
  );
  const [before] = rows;
  if (before === undefined) return; // another request of the same moment was first
  await tx.query(
    `insert into session_former_secret (tenant_id, token_digest, session_id, replaced_at)
     values (current_tenant(), $1, $2, $3)`,
    [before.token_digest, sessionId, now],
  );
  await tx.query(
    'update session set token_digest = $2, rotated_at = $3, next_digest = null, next_at = null where id = $1',
    [sessionId, digest, now],
  );
}

/** Notes that the person did something. */
export async function touchSession(tx: Tx, sessionId: string, now: string): Promise<void> {
  await tx.query('update session set last_seen_at = $2 where id = $1 and last_seen_at < $2', [
    sessionId,
    now,
  ]);
}

/** Notes a strong proof of presence, and how it was given. */
export async function noteStepUp(
  tx: Tx,
  sessionId: string,
  proof: { readonly at: string; readonly acr?: string | null; readonly amr?: readonly string[] },
): Promise<void> {
  await tx.query(
    'update session set stepped_up_at = $2, acr = coalesce($3, acr), amr = coalesce($4, amr) where id = $1',
    [sessionId, proof.at, proof.acr ?? null, proof.amr ?? null],
  );
}
