import type { Tx } from './database.ts';

/** Puts new codes in the place of all that a person had. */
export async function replaceRecoveryCodes(
  tx: Tx,
  tenantId: string,
  userId: string,
  digests: readonly Buffer[],
  now: string,
): Promise<void> {
  await tx.query('delete from recovery_code where user_id = $1', [userId]);
  await tx.query(
    `insert into recovery_code (tenant_id, user_id, digest, made_at)
     select $1, $2, digest, $4 from unnest($3::bytea[]) as made (digest)`,
    [tenantId, userId, digests, now],
  );
}

/** Uses up a code; answers false where it is unknown or was used. */
export async function useRecoveryCode(tx: Tx, userId: string, digest: Buffer, now: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update recovery_code set used_at = $3 where user_id = $1 and digest = $2 and used_at is null',
    [userId, digest, now],
  );
  return rowCount === 1;
}

/** How many codes a person has left. */
export async function countRecoveryCodes(tx: Tx, userId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from recovery_code where user_id = $1 and used_at is null',
    [userId],
  );
  return rows[0]?.count ?? 0;
}
