import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';

/**
 * What an outsider found wrong with the log: its history is not the one a witness saw (`history-differs`), it is
 * shorter (`log-shrank`), a witness does not know what it cosigned (`witness-forgot`), or the clock of this
 * installation is not that of an authority (`clock-differs`).
 */
export type AlarmKind = 'history-differs' | 'log-shrank' | 'witness-forgot' | 'clock-differs';

/** An alarm; stands while `clearedAt` is null. */
export interface LedgerAlarm {
  readonly id: string;
  readonly kind: AlarmKind;
  /** Name of the witness or address of the authority. */
  readonly source: string;
  /** Size of the checkpoint it was about. */
  readonly size: number;
  readonly detail: string;
  readonly raisedAt: Date;
  readonly clearedAt: Date | null;
}

/** A wrong clock says nothing against the log's history; all else does. */
const STOPPING: readonly AlarmKind[] = ['history-differs', 'log-shrank', 'witness-forgot'];
const COLUMNS = 'id, kind, source, size, detail, raised_at as "raisedAt", cleared_at as "clearedAt"';

/** Keeps an alarm. @returns false where one of its kind and source stands already. */
export async function raiseLedgerAlarm(
  tx: Tx,
  tenantId: string,
  alarm: Omit<LedgerAlarm, 'clearedAt'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into ledger_alarm (tenant_id, id, kind, source, size, detail, raised_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [tenantId, alarm.id, alarm.kind, alarm.source, alarm.size, alarm.detail, alarm.raisedAt],
  );
  return rowCount === 1;
}

/** Clears all that stand, or those of one kind and source. @returns what was cleared. */
export async function clearLedgerAlarms(
  tx: Tx,
  at: Date,
  only?: { readonly kind: AlarmKind; readonly source: string },
): Promise<LedgerAlarm[]> {
  const { rows } = await tx.query<LedgerAlarm>(
    `update ledger_alarm set cleared_at = greatest(raised_at, $1::timestamptz)
      where cleared_at is null and ($2::text is null or (kind = $2 and source = $3)) returning ${COLUMNS}`,
    [at, only?.kind ?? null, only?.source ?? null],
  );
  return rows;
}

/** Alarms that stand, then earlier ones, newest first. */
export async function listLedgerAlarms(tx: Tx, limit: number): Promise<LedgerAlarm[]> {
  const { rows } = await tx.query<LedgerAlarm>(
    `select ${COLUMNS} from ledger_alarm order by cleared_at is null desc, raised_at desc, id desc limit $1`,
    [limit],
  );
  return rows;
}

/** The oldest alarm that stands and speaks against the log's history. */
export async function readStoppingAlarm(tx: Tx): Promise<LedgerAlarm | undefined> {
  const { rows } = await tx.query<LedgerAlarm>(
    `select ${COLUMNS} from ledger_alarm where cleared_at is null and kind = any ($1) order by raised_at limit 1`,
    [STOPPING],
  );
  return rows[0];
}

/** @throws integrity_failed while an alarm stands that speaks against the log's history. */
export async function requireNoAlarm(tx: Tx): Promise<void> {
  const alarm = await readStoppingAlarm(tx);
  if (alarm === undefined) return;
  throw new HoldfastError(
    'integrity_failed',
    `The ledger is not signed any more since ${alarm.source} raised the alarm ${alarm.kind}. Keep the database for an investigation; docs/witness.md says what each alarm means and how the signing is taken up again.`,
  );
}
