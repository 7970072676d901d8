import type { Tx } from './database.ts';

/** Whether a person may try now, and otherwise when. */
export type Attempt = { readonly allowed: true } | { readonly allowed: false; readonly retryAt: Date };

/**
 * Begins an attempt of a person to prove their presence: it counts as a wrong one until `clearAttempts`, so that attempts at
 * once are not more than attempts in a row. `delayMs` tells how long to wait after so many wrong ones.
 */
export async function beginAttempt(
  tx: Tx,
  tenantId: string,
  userId: string,
  now: Date,
  delayMs: (failures: number) => number,
): Promise<Attempt> {
  await tx.query(
    `insert into presence_attempts (tenant_id, user_id, failures) values ($1, $2, 0) on conflict do nothing`,
    [tenantId, userId],
  );
  const { rows } = await tx.query<{ failures: number; retryAt: Date | null }>(
    'select failures, retry_at as "retryAt" from presence_attempts where user_id = $1 for update',
    [userId],
  );
  const { failures, retryAt } = rows[0] ?? { failures: 0, retryAt: null };
  if (retryAt !== null && retryAt.getTime() > now.getTime()) return { allowed: false, retryAt };
  await tx.query('update presence_attempts set failures = $2, retry_at = $3 where user_id = $1', [
    userId,
    failures + 1,
    new Date(now.getTime() + delayMs(failures + 1)).toISOString(),
  ]);
  return { allowed: true };
}

/** Forgets the wrong attempts of a person: the last one was right. */
export async function clearAttempts(tx: Tx, userId: string): Promise<void> {
  await tx.query('update presence_attempts set failures = 0, retry_at = null where user_id = $1', [userId]);
}
