import type { Tx } from './database.ts';

/** One closing of a period of keys, as one tenant's rows tell it; all tenants of an installation share its id. */
export interface KeyPeriod {
  readonly id: string;
  readonly provider: string;
  /** Root keys that go when it is closed. */
  readonly oldRoots: readonly string[];
  /** Null between its opening and the rotation. */
  readonly newRoot: string | null;
  readonly rewrapped: number;
  readonly replaced: number;
  readonly destroyingAt: string | null;
  readonly closedAt: string | null;
  readonly beyondRecoveryAt: string | null;
}

interface PeriodRow extends Omit<KeyPeriod, 'destroyingAt' | 'closedAt' | 'beyondRecoveryAt'> {
  readonly destroyingAt: Date | null;
  readonly closedAt: Date | null;
  readonly beyondRecoveryAt: Date | null;
}

const COLUMNS = `id, provider, old_roots as "oldRoots", new_root as "newRoot", rewrapped, replaced,
  destroying_at as "destroyingAt", closed_at as "closedAt", beyond_recovery_at as "beyondRecoveryAt"`;

/** The period that is being closed, if one is. */
export async function readOpenPeriod(tx: Tx): Promise<KeyPeriod | undefined> {
  const { rows } = await tx.query<PeriodRow>(`select ${COLUMNS} from key_period where closed_at is null`);
  return rows[0] && fromRow(rows[0]);
}

/** One period, or undefined. */
export async function readPeriod(tx: Tx, id: string): Promise<KeyPeriod | undefined> {
  const { rows } = await tx.query<PeriodRow>(`select ${COLUMNS} from key_period where id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** All periods, newest first. */
export async function listPeriods(tx: Tx): Promise<KeyPeriod[]> {
  const { rows } = await tx.query<PeriodRow>(`select ${COLUMNS} from key_period order by id desc limit 100`);
  return rows.map(fromRow);
}

/** Opens a period; does nothing where one is open. */
export async function openPeriod(
  tx: Tx,
  tenantId: string,
  period: Pick<KeyPeriod, 'id' | 'provider' | 'oldRoots'> & { readonly openedAt: string },
): Promise<void> {
  await tx.query(
    `insert into key_period (tenant_id, id, provider, old_roots, opened_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [tenantId, period.id, period.provider, period.oldRoots, period.openedAt],
  );
}

/** The open period under its lock, so that one process rotates. */
export async function lockOpenPeriod(tx: Tx): Promise<KeyPeriod | undefined> {
  const { rows } = await tx.query<PeriodRow>(
    `select ${COLUMNS} from key_period where closed_at is null for update`,
  );
  return rows[0] && fromRow(rows[0]);
}

/** Notes the root key under which everything is wrapped from now on; answers false when it was noted before. */
export async function setNewRoot(tx: Tx, id: string, newRoot: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update key_period set new_root = $2 where id = $1 and new_root is null',
    [id, newRoot],
  );
  return rowCount === 1;
}

/** Counts keys that were wrapped anew. */
export async function countRewrapped(
  tx: Tx,
  id: string,
  { rewrapped, replaced }: { readonly rewrapped: number; readonly replaced: number },
): Promise<void> {
  await tx.query('update key_period set rewrapped = rewrapped + $2, replaced = replaced + $3 where id = $1', [
    id,
    rewrapped,
    replaced,
  ]);
}

/** From the commit on no key under an old root enters the database; null takes it back. Waits for those that are entering. */
export async function setDestroying(tx: Tx, id: string, at: string | null): Promise<void> {
  await tx.query('update key_period set destroying_at = $2 where id = $1', [id, at]);
}

/** Closes a period; answers false when it was closed before. */
export async function closePeriod(
  tx: Tx,
  id: string,
  closed: { readonly at: string; readonly beyondRecoveryAt: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update key_period set closed_at = $2, beyond_recovery_at = $3 where id = $1 and closed_at is null',
    [id, closed.at, closed.beyondRecoveryAt],
  );
  return rowCount === 1;
}

/** Everything that is sealed under the root itself: credentials of connections, and the keys of webhook endpoints. */
const CREDENTIALS = `select credential from connection where credential is not null
  union all select credential from webhook_endpoint`;

/** The root keys of this provider under which something of the tenant is wrapped now, or may have been since the last closing. */
export async function listRootsInUse(tx: Tx, provider: string): Promise<string[]> {
  const { rows } = await tx.query<{ root: string }>(
    `select distinct root_key_id as root from key_encryption_key where provider = $1
     union select root_key_id from installation_secret where provider = $1
     union select new_root from key_period p where provider = $1 and closed_at is not null and not exists (
             select from key_period q where q.tenant_id = p.tenant_id and p.new_root = any (q.old_roots))
     union select unnest(roots) from recorder_node
     union select convert_from(credential, 'UTF8')::jsonb ->> 'keyId' from (${CREDENTIALS}) c
            where convert_from(credential, 'UTF8')::jsonb ->> 'provider' = $1`,
    [provider],
  );
  return rows.map(({ root }) => root);
}

/** How much of the tenant is still wrapped under one of these roots. */
export async function countUnderRoots(
  tx: Tx,
  provider: string,
  roots: readonly string[],
): Promise<{ readonly keks: number; readonly credentials: number; readonly secrets: number }> {
  const { rows } = await tx.query<{ keks: number; credentials: number; secrets: number }>(
    `select (select count(*)::int from key_encryption_key where provider = $1 and root_key_id = any ($2)) as keks,
            (select count(*)::int from installation_secret where provider = $1 and root_key_id = any ($2)) as secrets,
            (select count(*)::int from (${CREDENTIALS}) c
              where convert_from(credential, 'UTF8')::jsonb ->> 'provider' = $1
                and convert_from(credential, 'UTF8')::jsonb ->> 'keyId' = any ($2)) as credentials`,
    [provider, roots],
  );
  return rows[0] ?? { keks: 0, credentials: 0, secrets: 0 };
}

function fromRow(row: PeriodRow): KeyPeriod {
  return {
    ...row,
    destroyingAt: row.destroyingAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    beyondRecoveryAt: row.beyondRecoveryAt?.toISOString() ?? null,
  };
}
