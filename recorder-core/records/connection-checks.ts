import type { Tx } from './database.ts';

/** What a named check of a connection found when it last ran. */
export interface StoredCheck {
  readonly checkId: string;
  /** The version that it ran over. */
  readonly version: number;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly fix: string | null;
  /** Class of the remote error behind a failure. */
  readonly errorClass: string | null;
  readonly ranAt: Date;
}

/** Keeps what a check found, in the place of what it found before. */
export async function putCheck(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  check: StoredCheck,
): Promise<void> {
  await tx.query(
    `insert into connection_check (tenant_id, connection_id, check_id, version, status, detail, fix, error_class, ran_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, connection_id, check_id) do update
        set version = excluded.version, status = excluded.status, detail = excluded.detail, fix = excluded.fix,
            error_class = excluded.error_class, ran_at = excluded.ran_at
      where connection_check.ran_at <= excluded.ran_at`,
    [
      tenantId,
      connectionId,
      check.checkId,
      check.version,
      check.status,
      check.detail,
      check.fix,
      check.errorClass,
      check.ranAt,
    ],
  );
}

/** What the checks of a connection last found. */
export async function listChecks(tx: Tx, connectionId: string): Promise<StoredCheck[]> {
  const { rows } = await tx.query<StoredCheck>(
    `select check_id as "checkId", version, status, detail, fix, error_class as "errorClass", ran_at as "ranAt"
       from connection_check where connection_id = $1 order by check_id`,
    [connectionId],
  );
  return rows;
}
