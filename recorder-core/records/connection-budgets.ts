import type { Tx } from './database.ts';

/** What the workers share about how a connection is used. `counters` belongs to hub/connections/host. */
export interface BudgetRow {
  readonly counters: unknown;
  readonly closedUntil: Date | null;
  /** The remote system's own allowance, as its answers told it. */
  readonly quotaLimit: number | null;
  readonly quotaRemaining: number | null;
  readonly quotaAt: Date | null;
  readonly breaker: 'closed' | 'open' | 'probing';
  /** In a row. */
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly openedAt: Date | null;
  readonly openings: number;
  /** open: when one request may try; probing: when the trial counts as failed. */
  readonly probeAt: Date | null;
}

/** The part of a row that a decision may change. */
export type BudgetChange = Omit<BudgetRow, 'quotaLimit' | 'quotaRemaining' | 'quotaAt'>;

const COLUMNS = `counters, closed_until as "closedUntil", quota_limit as "quotaLimit",
  quota_remaining as "quotaRemaining", quota_at as "quotaAt", breaker, failures, failing_since as "failingSince",
  opened_at as "openedAt", openings, probe_at as "probeAt"`;

/** The row of a connection, or undefined where it was never used. */
export async function readBudget(tx: Tx, connectionId: string): Promise<BudgetRow | undefined> {
  const { rows } = await tx.query<BudgetRow>(
    `select ${COLUMNS} from connection_budget where connection_id = $1`,
    [connectionId],
  );
  return rows[0];
}

/** The rows of all connections, by connection. */
export async function listBudgets(tx: Tx): Promise<ReadonlyMap<string, BudgetRow>> {
  const { rows } = await tx.query<BudgetRow & { connectionId: string }>(
    `select connection_id as "connectionId", ${COLUMNS} from connection_budget`,
  );
  return new Map(rows.map(({ connectionId, ...row }) => [connectionId, row]));
}

/** The row under its lock, made where there is none, with the database's clock: the one that all workers go by. */
export async function lockBudget(
  tx: Tx,
  tenantId: string,
  connectionId: string,
): Promise<BudgetRow & { readonly now: Date }> {
  const find = () =>
    tx.query<BudgetRow & { now: Date }>({
      name: 'lock-connection-budget',
      text: `select ${COLUMNS}, clock_timestamp() as now from connection_budget where connection_id = $1 for update`,
      values: [connectionId],
    });
  const [found] = (await find()).rows;
  if (found !== undefined) return found;
  await tx.query(
    'insert into connection_budget (tenant_id, connection_id) values ($1, $2) on conflict do nothing',
    [tenantId, connectionId],
  );
  const [made] = (await find()).rows;
  if (made === undefined) throw new Error('The budget of a connection vanished in its own transaction.');
  return made;
}

/** Changes a locked row. */
export async function updateBudget(tx: Tx, connectionId: string, change: BudgetChange): Promise<void> {
  await tx.query({
    name: 'update-connection-budget',
    text: `update connection_budget
              set counters = $2, closed_until = $3, breaker = $4, failures = $5, failing_since = $6, opened_at = $7,
                  openings = $8, probe_at = $9
            where connection_id = $1`,
    values: [
      connectionId,
      JSON.stringify(change.counters),
      change.closedUntil,
      change.breaker,
      change.failures,
      change.failingSince,
      change.openedAt,
      change.openings,
      change.probeAt,
    ],
  });
}

/** Keeps what the remote system told of its allowance. */
export async function putQuota(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  quota: { readonly limit: number | null; readonly remaining: number },
): Promise<void> {
  await tx.query(
    `insert into connection_budget (tenant_id, connection_id, quota_limit, quota_remaining, quota_at)
     values ($1, $2, $3, $4, clock_timestamp())
     on conflict (tenant_id, connection_id) do update
        set quota_limit = excluded.quota_limit, quota_remaining = excluded.quota_remaining, quota_at = excluded.quota_at`,
    [tenantId, connectionId, quota.limit, quota.remaining],
  );
}
