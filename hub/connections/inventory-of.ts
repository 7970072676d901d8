import type { InventoryOf } from '../../activities/comparisons/inventory-of.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';

/** Reads inventories for the activities: the connection is open for as long as its pages are asked for. */
export function makeInventoryOf(deps: ConnectionDependencies): InventoryOf {
  return async function* ({ tenantId, connectionId, signal, copy }) {
    const { connector, ctx, close } = await openConnection(deps, {
      tenantId,
      connectionId,
      signal,
      lane: 'backfill',
      ...(copy === undefined ? {} : { copy }),
    });
    try {
      yield* connector.inventory(ctx);
    } finally {
      close();
    }
  };
}
