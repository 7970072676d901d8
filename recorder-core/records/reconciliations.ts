import type { Tx } from './database.ts';
import { insertOutbox } from './outbox.ts';

/** Why calls are compared. */
export type ReconciliationCause = 'nightly' | 'import' | 'asked';

/** What a comparison found, in figures. */
export type ReconciliationTally = Readonly<Record<string, number>>;

/** One comparison of call records with recordings over a closed window. */
export interface Reconciliation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
  readonly begunAt: string;
  readonly endedAt: string | null;
  /** How far it has come. */
  readonly doneTo: string;
  readonly tally: ReconciliationTally;
}

/** A recording of a call that ended a moment ago may not be in the database yet. */
export const SETTLING_MS = 30 * 60_000;

/**
 * Asks for a comparison in the caller's transaction; what is younger than half an hour is left to a later one. Answers its
 * id, or undefined where nothing is left of the window.
 */
export async function askReconciliation(
  tx: Tx,
  asked: {
    readonly tenantId: string;
    readonly id: string;
    readonly messageId: string;
    readonly from: Date;
    readonly to: Date;
    readonly cause: ReconciliationCause;
    readonly now: Date;
    readonly trace: Readonly<Record<string, string>>;
  },
): Promise<string | undefined> {
  const { tenantId, id, now } = asked;
  const to = new Date(Math.min(asked.to.getTime(), now.getTime() - SETTLING_MS));
  if (to <= asked.from) return undefined;
  await tx.query(
    `insert into reconciliation (tenant_id, id, window_from, window_to, cause, begun_at, done_to)
     values ($1, $2, $3, $4, $5, $6, $3)`,
    [tenantId, id, asked.from, to, asked.cause, now],
  );
  await insertOutbox(tx, {
    tenantId,
    id: asked.messageId,
    topic: 'calls.to-compare',
    payload: { reconciliationId: id },
    trace: asked.trace,
  });
  return id;
}

/** Whether a nightly comparison was asked for since a moment. */
export async function hasNightlySince(tx: Tx, since: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    "select from reconciliation where cause = 'nightly' and begun_at > $1 limit 1",
    [since],
  );
  return rowCount === 1;
}

const COLUMNS = `id, window_from as "from", window_to as "to", cause, begun_at as "begunAt", ended_at as "endedAt",
  done_to as "doneTo", tally`;

type Row = Omit<Reconciliation, 'from' | 'to' | 'begunAt' | 'endedAt' | 'doneTo'> & {
  readonly from: Date;
  readonly to: Date;
  readonly begunAt: Date;
  readonly endedAt: Date | null;
  readonly doneTo: Date;
};

/** One under a row lock, or undefined: two attempts at the same go one after the other. */
export async function lockReconciliation(tx: Tx, id: string): Promise<Reconciliation | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from reconciliation where id = $1 for update`, [
    id,
  ]);
  return rows[0] && fromRow(rows[0]);
}

/** The newest, at most `limit`. */
export async function listReconciliations(tx: Tx, limit: number): Promise<Reconciliation[]> {
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from reconciliation order by begun_at desc, id desc limit $1`,
    [limit],
  );
  return rows.map(fromRow);
}

/** Keeps how far a locked comparison has come; ends it at the end of its window. */
export async function noteReconciliation(
  tx: Tx,
  id: string,
  doneTo: Date,
  tally: ReconciliationTally,
  endedAt: Date | null,
): Promise<void> {
  await tx.query('update reconciliation set done_to = $2, tally = $3, ended_at = $4 where id = $1', [
    id,
    doneTo,
    tally,
    endedAt,
  ]);
}

function fromRow(row: Row): Reconciliation {
  return {
    ...row,
    from: row.from.toISOString(),
    to: row.to.toISOString(),
    begunAt: row.begunAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    doneTo: row.doneTo.toISOString(),
  };
}
