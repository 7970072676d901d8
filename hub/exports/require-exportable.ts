import type { Act } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { requireAccess } from '../access/require-access.ts';
import type { ExportAsking } from './asking.ts';

/**
 * Asks the policies about each recording that would leave: a wall, a restriction or another region around one of them refuses the
 * whole. `purpose` is what for, where the recordings are restricted or leave their region.
 * @throws HoldfastError `forbidden` with the policies, `not_found`, `step_up_required`; the refusal is in the ledger.
 */
export async function requireExportable(
  tx: Tx,
  asking: ExportAsking,
  recordingIds: readonly string[],
  { purpose, acts = LEAVING }: { readonly purpose?: string | null; readonly acts?: readonly Act[] } = {},
): Promise<void> {
  const objects = recordingIds.map((id) => ({ type: 'recording', id }));
  const stated = purpose ?? undefined; // without one of its own, what the request says
  for (const act of acts)
    await requireAccess(tx, asking, act, { objects, ...(stated !== undefined && { purpose: stated }) });
}

/** Whoever may not read a recording may not have it exported, whatever else allows it. */
const LEAVING = ['recording.export', 'recording.read'] as const;
