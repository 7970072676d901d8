import type { Tx } from './database.ts';

/** The answer that was given to a request with an idempotency key. */
export interface IdempotentAnswer {
  readonly requestDigest: Buffer;
  readonly status: number;
  readonly body: unknown;
}

/** Serialises requests of one user with one key until the transaction ends, so that twins never both act. */
export async function lockIdempotencyKey(tx: Tx, userId: string, key: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${userId} ${key}`]);
}

/** The answer kept for a key, if the request came before. */
export async function readIdempotentAnswer(
  tx: Tx,
  userId: string,
  key: string,
): Promise<IdempotentAnswer | undefined> {
  const { rows } = await tx.query<IdempotentAnswer>(
    'select request_digest as "requestDigest", status, body from idempotent_answer where user_id = $1 and key = $2',
    [userId, key],
  );
  return rows[0];
}

/** Keeps the answer in the transaction of the act, so that act and answer stand or fall together. */
export async function insertIdempotentAnswer(
  tx: Tx,
  tenantId: string,
  userId: string,
  key: string,
  answer: IdempotentAnswer,
): Promise<void> {
  await tx.query(
    'insert into idempotent_answer (tenant_id, user_id, key, request_digest, status, body) values ($1, $2, $3, $4, $5, $6)',
    [tenantId, userId, key, answer.requestDigest, answer.status, JSON.stringify(answer.body)],
  );
}
