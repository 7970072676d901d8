import { connectors } from '../../connectors/registry.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listRebuildsDue, type RebuildDue } from '../../recorder-core/records/rebuilds-due.ts';

const REBUILDABLE = connectors.flatMap(({ manifest: { id, rebuilds, shapedBy } }) =>
  rebuilds ? [{ connector: id, shapedBy }] : [],
);

/** `listRebuildsDue` over the connectors of this build. */
export function rebuildsDue(
  tx: Tx,
  which: { readonly limit: number; readonly connectionId?: string },
): Promise<RebuildDue[]> {
  return listRebuildsDue(tx, REBUILDABLE, which);
}
