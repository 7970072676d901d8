import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';

/** Why a tenant's database opens nothing, since when. */
export interface Quarantine {
  readonly id: string;
  readonly reason: string;
  readonly enteredAt: string;
}

/** The quarantine that stands, if one does. */
export async function readQuarantine(tx: Tx): Promise<Quarantine | undefined> {
  const { rows } = await tx.query<Omit<Quarantine, 'enteredAt'> & { enteredAt: Date }>(
    'select id, reason, entered_at as "enteredAt" from quarantine where left_at is null',
  );
  return rows[0] && { ...rows[0], enteredAt: rows[0].enteredAt.toISOString() };
}

/** Enters quarantine; answers false where one stands already. */
export async function enterQuarantine(tx: Tx, tenantId: string, entered: Quarantine): Promise<boolean> {
  const { rowCount } = await tx.query(
    'insert into quarantine (tenant_id, id, reason, entered_at) values ($1, $2, $3, $4) on conflict do nothing',
    [tenantId, entered.id, entered.reason, entered.enteredAt],
  );
  return rowCount === 1;
}

/** Ends the quarantine that stands. */
export async function leaveQuarantine(tx: Tx, at: string): Promise<void> {
  await tx.query('update quarantine set left_at = $1 where left_at is null', [at]);
}

/** @throws HoldfastError `unavailable` while the tenant is in quarantine: nothing is opened, nothing is disposed of. */
export async function requireNoQuarantine(tx: Tx): Promise<void> {
  if ((await readQuarantine(tx)) !== undefined) throw inQuarantine();
}

/** After a quarantine nothing is disposed of for this long: holds that the backup lacks have to be placed again first. */
const DISPOSALS_PAUSE = '24 hours';

/** Whether a tenant's recordings may be disposed of: no quarantine stands, and none ended within the last day. */
export async function mayDisposeNow(tx: Tx, now: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from quarantine where left_at is null or left_at > $1::timestamptz - $2::interval limit 1',
    [now, DISPOSALS_PAUSE],
  );
  return rowCount === 0;
}

/** @throws HoldfastError `unavailable` where `mayDisposeNow` says no. */
export async function requireDisposals(tx: Tx, now: string): Promise<void> {
  if (await mayDisposeNow(tx, now)) return;
  throw new HoldfastError(
    'unavailable',
    'The database was restored from a backup, so nothing is disposed of until a day after its quarantine: holds that the backup lacks are to be placed again first.',
    { retryAfterMs: 60_000 },
  );
}

/** The error of everything that waits for a quarantine to end. */
export function inQuarantine(): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'The database was restored from a backup and is in quarantine: nothing is opened or disposed of until what was destroyed since has been destroyed in it again. Recording goes on. An administrator runs `holdfast restore`.',
    { retryAfterMs: 60_000 },
  );
}
