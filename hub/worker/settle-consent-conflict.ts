import { readApproval } from '../../recorder-core/records/approvals.ts';
import { askConsentChange } from '../../recorder-core/records/consent-changes.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import type { EndedApproval } from './approval-consumers.ts';

/**
 * The answer about a recording under a conflict of laws becomes a change of consent: kept, or, refused or unanswered, ended,
 * which disposes of what nothing keeps. The approval's id is the change's, so being told twice asks once.
 */
export async function settleConsentConflict(
  _client: unknown,
  { tenantId, approvalId, subjectId, outcome }: EndedApproval,
  db: Database,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    const approval = await readApproval(tx, approvalId);
    const now = new Date();
    await askConsentChange(
      tx,
      {
        id: approvalId,
        kind: outcome === 'approved' ? 'conflict-kept' : 'conflict-ended',
        effect: 'erase',
        purpose: null,
        recordingId: subjectId,
        partyOrdinals: null,
        saidAt: approval?.endedAt ?? now.toISOString(),
        source: 'approval',
        reason: approval?.reason ?? `The question was ${outcome}.`,
      },
      { tenantId, now, newId: (at) => newId(at.getTime()), by: approval?.decidedBy ?? undefined },
    );
  });
}
