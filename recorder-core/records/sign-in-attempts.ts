import type { Tx } from './database.ts';

export type AttemptPurpose = 'sign-in' | 'test' | 'step-up';

/** Somebody who was sent to an identity provider. */
export interface SignInAttempt {
  readonly providerId: string;
  /** Digest of the cookie of the browser that began it. */
  readonly browser: Buffer;
  readonly purpose: AttemptPurpose;
  /** Whose session asked, for a test and a step-up. */
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** A screen of the console. */
  readonly returnTo: string;
  /** For `openSecret` alone. */
  readonly sealed: Buffer;
  /** What the provider posted, checked and sealed; null until it has. */
  readonly answered: Buffer | null;
  readonly askedAt: Date;
}

const COLUMNS = `provider_id as "providerId", browser, purpose, user_id as "userId", session_id as "sessionId",
  return_to as "returnTo", sealed, answered, asked_at as "askedAt"`;

/** Of a tenant: more than its people begin in minutes, and little to keep. */
const MOST_OPEN = 20_000;

/**
 * Keeps an attempt under the digest of its state, and clears out what has expired. Anybody can begin one, so their number is
 * bounded: where there are more, the oldest make way, and whoever began those begins anew.
 */
export async function insertAttempt(
  tx: Tx,
  tenantId: string,
  stateDigest: Buffer,
  attempt: Omit<SignInAttempt, 'answered'> & { readonly expiresAt: Date },
  mostOpen = MOST_OPEN,
): Promise<void> {
  await tx.query(
    `delete from sign_in_attempt where expires_at < $1
        or asked_at <= (select asked_at from sign_in_attempt order by asked_at desc offset $2 limit 1)`,
    [attempt.askedAt, mostOpen - 1],
  );
  await tx.query(
    `insert into sign_in_attempt (tenant_id, state_digest, provider_id, browser, purpose, user_id, session_id, return_to,
                                  sealed, asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenantId,
      stateDigest,
      attempt.providerId,
      attempt.browser,
      attempt.purpose,
      attempt.userId,
      attempt.sessionId,
      attempt.returnTo,
      attempt.sealed,
      attempt.askedAt,
      attempt.expiresAt,
    ],
  );
}

/** An attempt that is open at a provider, without taking it. */
export async function readAttempt(
  tx: Tx,
  stateDigest: Buffer,
  providerId: string,
  now: Date,
): Promise<SignInAttempt | undefined> {
  const { rows } = await tx.query<SignInAttempt>(
    `select ${COLUMNS} from sign_in_attempt where state_digest = $1 and provider_id = $2 and expires_at > $3`,
    [stateDigest, providerId, now],
  );
  return rows[0];
}

/** Lays what the provider posted at its attempt, once; answers whether it was the first. */
export async function answerAttempt(tx: Tx, stateDigest: Buffer, answered: Buffer): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update sign_in_attempt set answered = $2 where state_digest = $1 and answered is null',
    [stateDigest, answered],
  );
  return rowCount === 1;
}

/** Takes an attempt: once, in the browser that began it, at the provider that it was for. */
export async function takeAttempt(
  tx: Tx,
  stateDigest: Buffer,
  of: { readonly providerId: string; readonly browser: Buffer; readonly now: Date },
): Promise<SignInAttempt | undefined> {
  const { rows } = await tx.query<SignInAttempt>(
    `delete from sign_in_attempt where state_digest = $1 and provider_id = $2 and browser = $3 and expires_at > $4
     returning ${COLUMNS}`,
    [stateDigest, of.providerId, of.browser, of.now],
  );
  return rows[0];
}

/**
 * Takes a message of a provider, such as an assertion or a logout token; answers false where it was taken before. Forgets
 * those whose own end is past: they are refused for their age.
 */
export async function takeMessage(
  tx: Tx,
  tenantId: string,
  message: {
    readonly providerId: string;
    readonly digest: Buffer;
    readonly keepUntil: Date;
    readonly now: Date;
  },
): Promise<boolean> {
  await tx.query('delete from taken_message where keep_until < $1', [message.now]);
  const { rowCount } = await tx.query(
    `insert into taken_message (tenant_id, provider_id, digest, keep_until) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [tenantId, message.providerId, message.digest, message.keepUntil],
  );
  return rowCount === 1;
}
