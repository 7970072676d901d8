import type { ConnectorContext } from '../kit/context.ts';
import type { InventoryItem } from '../kit/inventory.ts';
import type { SnowflakeConfig } from './config.ts';
import { describeTable } from './prepare-table.ts';
import { tableName } from './recording-table.ts';
import { withKeptSession } from './session.ts';

const PAGE = 1000;

/**
 * Everything in the tenant's rows in the order of the ids, page by page from the last id on. A table that was not made yet
 * holds nothing. A listing may go on for longer than a session lives, so each page takes up what is kept.
 */
export async function* listRecordings(
  ctx: ConnectorContext<SnowflakeConfig>,
): AsyncGenerator<readonly InventoryItem[]> {
  const table = await withKeptSession(ctx, (session) => describeTable(session, ctx.config));
  if (table === undefined) return;
  const sql =
    `SELECT "RECORDING_ID", "REVISION", "HELD" FROM ${tableName(ctx.config)} WHERE "TENANT_ID" = ? ` +
    `AND NOT "IS_DELETED" AND "RECORDING_ID" > ? ORDER BY "RECORDING_ID" LIMIT ${PAGE}`;
  let last = '';
  for (;;) {
    const from = last;
    const rows = await withKeptSession(ctx, (session) => session.query(sql, [ctx.tenantId, from]));
    if (rows.length === 0) return;
    const items = rows.map((row) => ({
      id: String(row['RECORDING_ID']),
      revision: Number(row['REVISION']),
      held: row['HELD'] === true,
    }));
    yield items;
    last = items.at(-1)?.id ?? last;
  }
}
