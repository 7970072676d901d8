import { HoldfastError } from '../../recorder-core/errors.ts';
import { decideApprover } from '../../recorder-core/policy/export-rules.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { moveExport, type Export } from '../../recorder-core/records/exports.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { ExportAsking } from './asking.ts';
import { requireExportable } from './require-exportable.ts';
import { announceExport, notNow, noteExport, requireExport } from './note-export.ts';

/**
 * A second person agrees; the making is announced.
 * @throws HoldfastError `forbidden` to who asked for it, with a leaf; `conflict` where it was decided; `gone` where its time is over.
 */
export async function approveExport(tx: Tx, asking: ExportAsking, exportId: string): Promise<void> {
  const { found, rule } = await requireDecider(tx, asking, exportId);
  await requireExportable(tx, asking, found.recordingIds, { acts: ['export.approve'] });
  if (Date.parse(found.expiresAt) <= asking.now.getTime())
    throw new HoldfastError('gone', 'The days for which this export was asked are over. Ask for a new one.');
  const decision = { decidedBy: asking.person.id, decidedAt: asking.now.toISOString() };
  if (!(await moveExport(tx, found, 'approve', decision))) throw notNow('approved', found);
  await announceExport(tx, asking, 'export.approved', exportId);
  const facts = { recordings: found.recordings, bytes: found.bytes };
  await noteExport(tx, asking, exportId, { act: 'export.approved', outcome: 'done', rules: [rule], facts });
}

/** A second person refuses, with a reason. @throws HoldfastError as `approveExport`. */
export async function refuseExport(
  tx: Tx,
  asking: ExportAsking,
  exportId: string,
  reason: string,
): Promise<void> {
  const { found, rule } = await requireDecider(tx, asking, exportId);
  const at = asking.now.toISOString();
  const end = { decidedBy: asking.person.id, decidedAt: at, endedBy: asking.person.id, endedAt: at, reason };
  if (!(await moveExport(tx, found, 'refuse', end))) throw notNow('refused', found);
  await noteExport(
    tx,
    asking,
    exportId,
    { act: 'export.refused', outcome: 'refused', rules: [rule] },
    { reason },
  );
}

async function requireDecider(
  tx: Tx,
  asking: ExportAsking,
  exportId: string,
): Promise<{ readonly found: Export; readonly rule: string }> {
  const found = await requireExport(tx, exportId);
  if (found.state !== 'requested') throw notNow('decided', found);
  const { allowed, rule } = decideApprover({
    requestedBy: found.requestedBy.id,
    decidedBy: asking.person.id,
  });
  if (allowed) return { found, rule };
  // In a transaction of its own: what is thrown below undoes this one.
  await asking.db.forTenant(asking.tenantId, (apart) =>
    appendLeaf(
      apart,
      asking.tenantId,
      {
        at: asking.now,
        act: 'access.refused',
        object: { type: 'export', id: exportId },
        outcome: 'refused',
        rules: [rule],
        facts: { act: 'export.approve' },
      },
      actedBy(asking.person),
    ),
  );
  throw new HoldfastError(
    'forbidden',
    `You asked for this export yourself, so somebody else has to decide about it (rule ${rule}).`,
  );
}
