import type { InventoryItem } from '../kit/inventory.ts';
import { RECORDING_TABLE, type ServicenowContext } from './client.ts';
import { callKey } from './keys.ts';
import { requireApplication } from './operations/require-application.ts';
import { queryTable } from './table-api.ts';

const PAGE = 1000;

/** Every recording of the tenant that the application's table holds, in the order of the ids. Throws RemoteFailure. */
export async function* inventory(ctx: ServicenowContext): AsyncGenerator<readonly InventoryItem[]> {
  requireApplication(ctx.config);
  const prefix = callKey({ tenantId: ctx.tenantId, id: '' });
  let last = prefix;
  for (;;) {
    const query = `call_keySTARTSWITH${prefix}^call_key>${last}^ORDERBYcall_key`;
    const rows = await queryTable(ctx, RECORDING_TABLE, query, ['call_key', 'revision', 'held'], PAGE);
    if (rows.length > 0)
      yield rows.map((row) => ({
        id: (row['call_key'] ?? '').slice(prefix.length),
        revision: Number(row['revision'] ?? 0),
        held: row['held'] === 'true',
      }));
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.['call_key'] ?? last;
  }
}
