import type { Act } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { grantIdsOf } from '../../recorder-core/records/live-grants.ts';
import { requireAccess } from '../access/require-access.ts';
import type { ExportAsking } from './asking.ts';

/**
 * Asks the policies about each recording that would leave: a wall, a restriction or another region around one of them refuses the
 * whole. `purpose` is what for, where the recordings are restricted or leave their region.
 * Answers the grants without which it would be refused.
 * @throws HoldfastError `forbidden` with the policies, `not_found`, `step_up_required`; the refusal is in the ledger.
 */
export async function requireExportable(
  tx: Tx,
  asking: ExportAsking,
  recordingIds: readonly string[],
  { purpose, acts = LEAVING }: { readonly purpose?: string | null; readonly acts?: readonly Act[] } = {},
): Promise<ReadonlySet<string>> {
  const objects = recordingIds.map((id) => ({ type: 'recording', id }));
  const stated = purpose ?? undefined; // without one of its own, what the request says
  const grants = new Set<string>();
  for (const act of acts) {
    const about = { objects, ...(stated !== undefined && { purpose: stated }) };
    for (const { rule } of await requireAccess(tx, asking, act, about))
      for (const id of grantIdsOf([rule])) grants.add(id);
  }
  return grants;
}

/** Whoever may not read a recording may not have it exported, whatever else allows it. */
const LEAVING = ['recording.export', 'recording.read'] as const;
