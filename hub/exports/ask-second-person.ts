import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { NewExport } from '../../recorder-core/records/exports.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { ExportAsking } from './asking.ts';

/** Nobody waits longer for an answer than this. */
const ANSWER_MS = 7 * 86_400_000;

/**
 * Asks a second person about an export, until it would be over or a week has gone by; what they answer is told to `settleExport`.
 * Answers the id of the question.
 */
export async function askSecondPerson(
  tx: Tx,
  { tenantId, person, now, newId }: ExportAsking,
  wanted: Omit<NewExport, 'approvalId'>,
): Promise<string> {
  const { id, recordings, bytes, recipient, matter, expiresAt, approvalRule } = wanted;
  const approvalId = newId(now);
  await askApproval(tx, {
    tenantId,
    id: approvalId,
    kind: 'export',
    subject: { type: 'export', id },
    act: 'export.approve',
    requestedBy: person,
    summary: summaryOf(wanted),
    facts: { recordings, bytes, recipient, matter, until: expiresAt, rule: approvalRule },
    dueAt: new Date(Math.min(Date.parse(expiresAt), now.getTime() + ANSWER_MS)),
    now,
    newId,
    trace: carryTrace(),
  });
  return approvalId;
}

function summaryOf({ recordings, recipient, purpose }: Omit<NewExport, 'approvalId'>): string {
  return recordings === 1
    ? `Exports 1 recording for ${recipient}. ${purpose}`
    : `Exports ${recordings} recordings for ${recipient}. ${purpose}`;
}
