import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import type { ApprovalOutcome } from '../../recorder-core/policy/approval.ts';
import type { ExportEvent } from '../../recorder-core/policy/export-state.ts';
import { readApproval, type Approval } from '../../recorder-core/records/approvals.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import {
  lockExport,
  moveExport,
  type Export,
  type ExportChange,
} from '../../recorder-core/records/exports.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { ApprovalEnded } from '../../recorder-core/records/outbox.ts';
import { readPerson } from '../../recorder-core/records/people.ts';
import { announceExport } from './note-export.ts';

/** When an export is settled, and where its ids come from. */
export interface SettlingContext {
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/** What each end of an approval makes of the export that waits for it. */
const ENDS: Readonly<
  Record<ApprovalOutcome, { readonly event: ExportEvent } & Pick<LeafInput, 'act' | 'outcome'>>
> = {
  approved: { event: 'approve', act: 'export.approved', outcome: 'done' },
  refused: { event: 'refuse', act: 'export.refused', outcome: 'refused' },
  expired: { event: 'expire', act: 'export.expired', outcome: 'done' },
  withdrawn: { event: 'revoke', act: 'export.revoked', outcome: 'done' },
};

/**
 * Has an export made that a second person has agreed to, or ends it: refused, without an answer in time, or taken back. Told again,
 * or about one that was revoked meanwhile, it changes nothing.
 */
export async function settleExport(
  db: Database,
  { tenantId, approvalId, subjectId }: ApprovalEnded & { readonly tenantId: string },
  { now, newId }: SettlingContext,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    const found = await lockExport(tx, subjectId);
    const approval = await readApproval(tx, approvalId);
    if (found?.state !== 'requested' || approval === undefined || approval.state === 'open') return;
    if (approval.kind !== 'export' || approval.subject.id !== subjectId) return;
    const { event } = ENDS[approval.state];
    if (!(await moveExport(tx, found, event, await changeOf(tx, found, approval, now)))) return;
    if (event === 'approve') await announceExport(tx, { tenantId, now, newId }, 'export.approved', subjectId);
    await noteSettled(tx, { tenantId, now }, found, { ...approval, state: approval.state });
  });
}

async function changeOf(tx: Tx, found: Export, approval: Approval, now: Date): Promise<ExportChange> {
  const decided = {
    ...(approval.decidedBy !== null && { decidedBy: approval.decidedBy.id }),
    ...(approval.decidedBy !== null && approval.endedAt !== null && { decidedAt: approval.endedAt }),
  };
  if (approval.state === 'approved') return decided;
  const endedBy = approval.state === 'withdrawn' ? await withdrawnBy(tx, found) : approval.decidedBy?.id;
  return {
    ...decided,
    ...(endedBy !== undefined && { endedBy }),
    endedAt: now.toISOString(),
    ...(approval.reason !== null && { reason: approval.reason }),
  };
}

/** Only whoever asked can take the question back; when they leave, the product does. */
async function withdrawnBy(tx: Tx, { requestedBy }: Export): Promise<string | undefined> {
  const person = await readPerson(tx, requestedBy.id);
  return person?.status === 'active' ? person.id : undefined;
}

async function noteSettled(
  tx: Tx,
  { tenantId, now }: { readonly tenantId: string; readonly now: Date },
  { id, recordings, bytes, state: was }: Export,
  approval: Approval & { readonly state: ApprovalOutcome },
): Promise<void> {
  const { decidedBy, onBehalfOf, rule, reason } = approval;
  const { event, ...leaf } = ENDS[approval.state];
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      object: { type: 'export', id },
      ...leaf,
      ...(rule !== null && { rules: [rule] }),
      facts: event === 'approve' ? { recordings, bytes } : { was },
    },
    {
      ...(decidedBy !== null && actedBy(decidedBy)),
      ...(onBehalfOf !== null && { onBehalfOf: onBehalfOf.name, onBehalfOfId: onBehalfOf.id }),
      ...(reason !== null && reason !== '' && { reason }),
    },
  );
}
