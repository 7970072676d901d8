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

/** How a person proved who they are; `command`: whoever can run our commands on the machine. */
export type SignInMeans = 'link' | 'password' | 'passkey' | 'saml' | 'oidc' | 'break-glass' | 'command';

/** A session with its user, and what decides about access besides the role. Times are ISO 8601 in UTC. */
export interface Session {
  readonly user: User;
  /** Stays while the secret changes. */
  readonly sessionId: string;
  readonly means: SignInMeans;
  /** Of the identity provider that vouched. */
  readonly providerId: string | null;
  /** When the person proved who they are, here or at their provider. */
  readonly authAt: string;
  /** Last strong proof of presence; null: none in this session. */
  readonly steppedUpAt: string | null;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** From which the session began, as ISO 3166 has it, where it is known. */
  readonly country: string | null;
  readonly groups: readonly string[];
  readonly department: string | null;
  readonly job: string | null;
  readonly region: string | null;
  /** At the latest; without acts it ends sooner. */
  readonly expiresAt: string;
}

/** What a new session is made of. */
export interface NewSession {
  readonly tokenDigest: Buffer;
  readonly userId: string;
  readonly now: string;
  readonly expiresAt: string;
  /** By default a stable id of its own. */
  readonly id?: string | undefined;
  readonly means?: SignInMeans | undefined;
  readonly providerId?: string | null | undefined;
  /** By default now. */
  readonly authAt?: string | undefined;
  readonly steppedUpAt?: string | null | undefined;
  readonly acr?: string | null | undefined;
  readonly amr?: readonly string[] | undefined;
  readonly country?: string | null | undefined;
  /** In words, for people who look at their sessions. */
  readonly userAgent?: string | null | undefined;
  readonly userAgentDigest?: Buffer | null | undefined;
  /** Seconds without an act after which it ends; left out or null, only `expiresAt` ends it. */
  readonly idleSeconds?: number | null | undefined;
}

/** Opens a session. */
export async function insertSession(tx: Tx, tenantId: string, session: NewSession): Promise<void> {
  await tx.query(
    `insert into session (tenant_id, token_digest, user_id, created_at, expires_at, id, means, provider_id, auth_at,
                          stepped_up_at, acr, amr, country, user_agent, user_agent_digest, idle_seconds, last_seen_at)
     values ($1, $2, $3, $4, $5, coalesce($6::uuid, gen_random_uuid()), $7, $8, coalesce($9::timestamptz, $4), $10, $11, $12, $13, $14, $15, $16, $4)`,
    [
      tenantId,
      session.tokenDigest,
      session.userId,
      session.now,
      session.expiresAt,
      session.id ?? null,
      session.means ?? 'link',
      session.providerId ?? null,
      session.authAt ?? null,
      session.steppedUpAt ?? null,
      session.acr ?? null,
      session.amr ?? [],
      session.country ?? null,
      session.userAgent ?? null,
      session.userAgentDigest ?? null,
      session.idleSeconds ?? null,
    ],
  );
}

/** A session as the database answers `SESSION_COLUMNS`. */
export type SessionRow = Omit<Session, 'user' | 'authAt' | 'steppedUpAt' | 'expiresAt'> & {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
  readonly authAt: Date;
  readonly steppedUpAt: Date | null;
  readonly expiresAt: Date;
};

/** What a session is read from: `session s` joined with `app_user u`. */
export const SESSION_COLUMNS = `u.id as "userId", u.name, u.role, u.groups, u.department, u.job, u.region, s.id as "sessionId",
            s.means, s.provider_id as "providerId", coalesce(s.auth_at, s.created_at) as "authAt",
            s.stepped_up_at as "steppedUpAt", s.acr, s.amr, s.country, s.expires_at as "expiresAt"`;

/** Whether such a session counts at `$2`. */
export const SESSION_STANDS = `s.ended_at is null and s.expires_at > $2 and u.status = 'active' and u.kind = 'person'
        and (s.idle_seconds is null
             or coalesce(s.last_seen_at, s.created_at) + s.idle_seconds * interval '1 second' > $2)`;

/**
 * The open session of a token digest, also of one that the session had before; undefined when it is unknown, ended, expired
 * or idle for too long, or its user may not sign in any more.
 */
export async function readSession(tx: Tx, tokenDigest: Buffer, now: string): Promise<Session | undefined> {
  const { rows } = await tx.query<SessionRow>(
    `select ${SESSION_COLUMNS}
       from session s join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      where (s.token_digest = $1 or s.id = (select session_id from session_former_secret where token_digest = $1))
        and ${SESSION_STANDS}`,
    [tokenDigest, now],
  );
  return rows[0] && sessionFrom(rows[0]);
}

/** One open session by its id, or undefined. */
export async function readSessionById(tx: Tx, sessionId: string, now: string): Promise<Session | undefined> {
  const { rows } = await tx.query<SessionRow>(
    `select ${SESSION_COLUMNS}
       from session s join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      where s.id = $1 and ${SESSION_STANDS}`,
    [sessionId, now],
  );
  return rows[0] && sessionFrom(rows[0]);
}

/** The session of a row. */
export function sessionFrom({
  userId,
  name,
  role,
  authAt,
  steppedUpAt,
  expiresAt,
  ...rest
}: SessionRow): Session {
  return {
    ...rest,
    user: { id: userId, name, role },
    authAt: authAt.toISOString(),
    steppedUpAt: steppedUpAt?.toISOString() ?? null,
    expiresAt: expiresAt.toISOString(),
  };
}

/** A session as people see it who look at sessions. */
export interface SessionSummary {
  readonly id: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly means: SignInMeans;
  readonly country: string | null;
  readonly userAgent: string | null;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  readonly steppedUpAt: Date | null;
  readonly expiresAt: Date;
}

/** Open sessions, of one person or of everybody, the newest first; at most 1,000. */
export async function listSessions(tx: Tx, now: string, userId?: string): Promise<SessionSummary[]> {
  const { rows } = await tx.query<SessionSummary>(
    `select s.id, jsonb_build_object('id', u.id, 'name', u.name) as user, s.means, s.country, s.user_agent as "userAgent",
            s.created_at as "startedAt", coalesce(s.last_seen_at, s.created_at) as "lastSeenAt",
            s.stepped_up_at as "steppedUpAt", s.expires_at as "expiresAt"
       from session s join app_user u on u.tenant_id = s.tenant_id and u.id = s.user_id
      where ${SESSION_STANDS} and ($1::uuid is null or s.user_id = $1)
      order by s.created_at desc, s.id limit 1000`,
    [userId ?? null, now],
  );
  return rows;
}

/** Which sessions are meant: all that fit what is stated; one of a person's own is id and person together. */
export type SessionChoice = ({ readonly id: string } | { readonly userId: string }) & {
  readonly id?: string;
  readonly userId?: string;
  /** This one not. */
  readonly except?: string;
};

/** Ends sessions that are open; answers which, and whose they were. */
export async function endSessions(
  tx: Tx,
  which: SessionChoice,
  now: string,
): Promise<{ readonly id: string; readonly userId: string }[]> {
  const { rows } = await tx.query<{ id: string; userId: string }>(
    `update session set ended_at = $4
      where ($1::uuid is null or id = $1) and ($2::uuid is null or user_id = $2) and ($3::uuid is null or id <> $3)
        and ended_at is null and expires_at > $4
     returning id, user_id as "userId"`,
    [which.id ?? null, which.userId ?? null, which.except ?? null, now],
  );
  return rows;
}
