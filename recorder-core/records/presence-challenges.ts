import type { Tx } from './database.ts';

/** What a browser was asked to answer, in which session. */
export interface PresenceChallenge {
  readonly id: string;
  readonly sessionId: string;
  readonly purpose: 'prove' | 'add-passkey' | 'add-totp';
  readonly challenge: Buffer | null;
  /** The secret of an authenticator that is being added. */
  readonly sealed: Buffer | null;
}

/** So many may be open in one session; the oldest gives way, so that asking again and again fills nothing. */
const MOST_OPEN = 10;

/** Keeps a challenge until it is answered or its time is over; what is over in this session is forgotten. */
export async function insertChallenge(
  tx: Tx,
  tenantId: string,
  challenge: PresenceChallenge & { readonly expiresAt: string; readonly now: string },
): Promise<void> {
  await tx.query(
    `delete from presence_challenge where session_id = $1 and (expires_at <= $2 or id not in (
       select id from presence_challenge where session_id = $1 order by expires_at desc, id desc limit $3))`,
    [challenge.sessionId, challenge.now, MOST_OPEN - 1],
  );
  await tx.query(
    `insert into presence_challenge (tenant_id, id, session_id, purpose, challenge, sealed, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tenantId,
      challenge.id,
      challenge.sessionId,
      challenge.purpose,
      challenge.challenge,
      challenge.sealed,
      challenge.expiresAt,
    ],
  );
}

/**
 * Takes a challenge out for its one answer; undefined where it is unknown, of another session or purpose, answered before,
 * or over. It is gone afterwards, in each of these cases but the first two.
 */
export async function takeChallenge(
  tx: Tx,
  asked: Pick<PresenceChallenge, 'id' | 'sessionId' | 'purpose'>,
  now: string,
): Promise<PresenceChallenge | undefined> {
  const { rows } = await tx.query<PresenceChallenge & { over: boolean }>(
    `delete from presence_challenge where id = $1 and session_id = $2 and purpose = $3
      returning id, session_id as "sessionId", purpose, challenge, sealed, expires_at <= $4 as over`,
    [asked.id, asked.sessionId, asked.purpose, now],
  );
  const [row] = rows;
  if (row === undefined || row.over) return undefined;
  const { id, sessionId, purpose, challenge, sealed } = row;
  return { id, sessionId, purpose, challenge, sealed };
}

/** Keeps that a challenge of a sign-in was answered; false where it was before. What is over is forgotten. */
export async function noteAnswered(
  tx: Tx,
  tenantId: string,
  digest: Buffer,
  { expiresAt, now }: { readonly expiresAt: string; readonly now: string },
): Promise<boolean> {
  await tx.query('delete from answered_challenge where expires_at <= $1', [now]);
  const { rowCount } = await tx.query(
    'insert into answered_challenge (tenant_id, digest, expires_at) values ($1, $2, $3) on conflict do nothing',
    [tenantId, digest, expiresAt],
  );
  return rowCount === 1;
}
