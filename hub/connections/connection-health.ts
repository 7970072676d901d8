import { connectorById } from '../../connectors/registry.ts';
import { listBudgets, readBudget, type BudgetRow } from '../../recorder-core/records/connection-budgets.ts';
import { listChecks } from '../../recorder-core/records/connection-checks.ts';
import { listTokenRows, readTokenRow, type TokenRow } from '../../recorder-core/records/connection-tokens.ts';
import { countRemains, type ConnectionRemains } from '../../recorder-core/records/connection-remains.ts';
import { listConnections, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readDeliveryHealth, type DeliveryHealth } from '../../recorder-core/records/delivery-queues.ts';
import { checksStanding, type CheckStanding } from './checks-standing.ts';
import { requireConnection } from './find-connection.ts';
import { rebuildsDue } from './rebuilds-due.ts';

/** How a connection is. */
export interface ConnectionHealth {
  readonly row: ConnectionRow;
  readonly checks: readonly CheckStanding[];
  /** Undefined for a removed one, which is delivered nothing. */
  readonly deliveries: DeliveryHealth | undefined;
  /** Of a removed one: what the remote system may still have. */
  readonly remains: ConnectionRemains | undefined;
  /** Undefined where none was ever needed. */
  readonly token: TokenRow | undefined;
  /** Undefined where it was never used. */
  readonly budget: BudgetRow | undefined;
  /** Since when what was sent before lacks what is written now; undefined where nothing has to be rebuilt. */
  readonly rebuildDueSince: Date | undefined;
}

/** More connections than a tenant has. */
const ALL = 10_000;

/** Everything that is known of how a connection is, without asking the remote system. @throws HoldfastError `not_found`. */
export async function readHealth(tx: Tx, connectionId: string, now: Date): Promise<ConnectionHealth> {
  const row = await requireConnection(tx, connectionId);
  const { manifest } = connectorById(row.connector);
  const [deliveries] = await readDeliveryHealth(tx, now, row.id);
  return {
    row,
    checks: checksStanding(manifest, row, await listChecks(tx, row.id), now),
    deliveries,
    remains: row.state === 'removed' ? await countRemains(tx, row.id) : undefined,
    token: await readTokenRow(tx, row.id),
    budget: await readBudget(tx, row.id),
    rebuildDueSince: (await rebuildsDue(tx, { limit: 1, connectionId: row.id }))[0]?.since,
  };
}

/** How every connection is that was not removed, by name; what its checks found is left out. */
export async function readAllHealth(tx: Tx, now: Date): Promise<Omit<ConnectionHealth, 'checks'>[]> {
  const deliveries = new Map((await readDeliveryHealth(tx, now)).map((one) => [one.connectionId, one]));
  const [tokens, budgets] = [await listTokenRows(tx), await listBudgets(tx)];
  const rebuilds = await rebuildsDue(tx, { limit: ALL });
  const due = new Map(rebuilds.map((one) => [one.connectionId, one.since]));
  return (await listConnections(tx)).map((row) => ({
    row,
    deliveries: deliveries.get(row.id),
    remains: undefined,
    token: tokens.get(row.id),
    budget: budgets.get(row.id),
    rebuildDueSince: due.get(row.id),
  }));
}
