import type { Tx } from './database.ts';
import { insertOutbox } from './outbox.ts';

/**
 * What was found of one recording.
 * - `same` both sides agree; `waiting` a delivery is under way, or was while the comparison ran
 * - `missing` it is not there; `older` an earlier revision is there
 * - `newer` a later revision is there than the source has: the source was restored from a backup
 * - `extra` it is there and is not to be; `unknown` it is there and the source never heard of it
 */
export const FINDINGS = ['same', 'waiting', 'missing', 'older', 'newer', 'extra', 'unknown'] as const;
export type Finding = (typeof FINDINGS)[number];

/** How often each was found. */
export type FindingCounts = Readonly<Record<Finding, number>>;

/** A few ids of each kind of difference. */
export type FindingExamples = Readonly<Partial<Record<Finding, readonly string[]>>>;

/** A comparison of what a connected system holds with what it is to hold. */
export interface ConnectionComparison {
  readonly id: string;
  readonly connectionId: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly repairs: boolean;
  /** It fills a copy beside what is in use and puts it in its place; the counts are of after that. */
  readonly rebuilds: boolean;
  readonly askedBy: string | null;
  readonly askedAt: string;
  readonly endedAt: string | null;
  readonly counts: FindingCounts | null;
  readonly examples: FindingExamples | null;
  readonly error: string | null;
}

/** Adds a running comparison and has it started; false where one of the connection runs already. */
export async function openComparison(
  tx: Tx,
  tenantId: string,
  one: Pick<ConnectionComparison, 'id' | 'connectionId' | 'repairs' | 'rebuilds' | 'askedBy' | 'askedAt'>,
  outboxId: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into connection_comparison (tenant_id, id, connection_id, state, repairs, rebuilds, asked_by, asked_at)
     values ($1, $2, $3, 'running', $4, $5, $6, $7) on conflict do nothing`,
    [tenantId, one.id, one.connectionId, one.repairs, one.rebuilds, one.askedBy, one.askedAt],
  );
  if (rowCount !== 1) return false;
  const payload = { comparisonId: one.id };
  await insertOutbox(tx, { tenantId, id: outboxId, topic: 'comparison.asked', payload, trace: {} });
  return true;
}

const COLUMNS = `id, connection_id as "connectionId", state, repairs, rebuilds, asked_by as "askedBy", asked_at as "askedAt",
  ended_at as "endedAt", counts, examples, error`;

type Row = Omit<ConnectionComparison, 'askedAt' | 'endedAt'> & {
  readonly askedAt: Date;
  readonly endedAt: Date | null;
};

/** One comparison, or undefined. */
export async function readComparison(tx: Tx, id: string): Promise<ConnectionComparison | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from connection_comparison where id = $1`, [id]);
  return rows[0] === undefined ? undefined : fromRow(rows[0]);
}

/** The last comparisons of a connection, newest first. */
export async function listComparisons(
  tx: Tx,
  connectionId: string,
  limit: number,
): Promise<ConnectionComparison[]> {
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from connection_comparison where connection_id = $1 order by asked_at desc, id desc limit $2`,
    [connectionId, limit],
  );
  return rows.map(fromRow);
}

/** Ends a running comparison with what it found; false where it has ended already. */
export async function settleComparison(
  tx: Tx,
  id: string,
  ended: { readonly at: Date } & (
    { readonly counts: FindingCounts; readonly examples: FindingExamples } | { readonly error: string }
  ),
): Promise<boolean> {
  const found = 'counts' in ended ? ended : undefined;
  const { rowCount } = await tx.query(
    `update connection_comparison set state = $2, ended_at = $3, counts = $4, examples = $5, error = $6
      where id = $1 and state = 'running'`,
    [
      id,
      found === undefined ? 'failed' : 'done',
      ended.at,
      found?.counts ?? null,
      found?.examples ?? null,
      'error' in ended ? ended.error : null,
    ],
  );
  return rowCount === 1;
}

function fromRow({ askedAt, endedAt, ...row }: Row): ConnectionComparison {
  return { ...row, askedAt: askedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
