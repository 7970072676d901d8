import type { Tx } from '../../recorder-core/records/database.ts';
import { revokeLinks } from '../../recorder-core/records/export-links.ts';
import { moveExport } from '../../recorder-core/records/exports.ts';
import type { ExportAsking } from './asking.ts';
import { announceExport, notNow, noteExport, requireExport } from './note-export.ts';

/**
 * Takes an export back for good: from the commit on no byte of it is begun, what runs is cut within a second, and the
 * worker deletes the bundle. @throws HoldfastError `not_found`; `conflict` where it is over.
 */
export async function revokeExport(
  tx: Tx,
  asking: ExportAsking,
  exportId: string,
  reason: string,
): Promise<void> {
  const found = await requireExport(tx, exportId);
  const at = asking.now.toISOString();
  if (!(await moveExport(tx, found, 'revoke', { endedBy: asking.person.id, endedAt: at, reason })))
    throw notNow('revoked', found);
  await revokeLinks(tx, exportId, at);
  await announceExport(tx, asking, 'export.revoked', exportId);
  await noteExport(
    tx,
    asking,
    exportId,
    { act: 'export.revoked', outcome: 'done', facts: { was: found.state } },
    { reason },
  );
}
