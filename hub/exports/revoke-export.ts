import { withdrawApprovalsAbout } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { revokeLinks } from '../../recorder-core/records/export-links.ts';
import { moveExport } from '../../recorder-core/records/exports.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { ExportAsking } from './asking.ts';
import { announceExport, notNow, noteExport, requireExport } from './note-export.ts';

/**
 * Takes an export back for good: from the commit on no byte of it is begun, what runs is cut within a second, the worker
 * deletes the bundle, and a second person who was asked is asked no more. @throws HoldfastError `not_found`; `conflict` where it is over.
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
  await withdrawApprovalsAbout(
    tx,
    { kind: 'export', subjectId: exportId },
    { ...asking, by: asking.person, reason, trace: carryTrace() },
  );
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
