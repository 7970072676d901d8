import { requireApproved } from '../../recorder-core/records/approvals.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { endReview, lockReview } from '../../recorder-core/records/disposal-reviews.ts';
import { lockRun, moveRun } from '../../recorder-core/records/disposal-runs.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import type { EndedApproval } from './approval-consumers.ts';

const DAY_MS = 86_400_000;
/** After a no, so long nothing goes before somebody is asked anew. */
const RUN_AGAIN_MS = 7 * DAY_MS;
/** Recordings that a person wanted kept are looked at again after half a year. */
const REVIEW_AGAIN_MS = 180 * DAY_MS;
/** A question that nobody answered is asked again soon: an answer is still owed. */
const UNANSWERED_MS = DAY_MS;

/** The next sweep goes on with an approved run; a refused one claims nothing until it is asked about anew. */
export async function endDisposalRunApproval(
  db: Database,
  { tenantId, approvalId, subjectId, outcome }: EndedApproval,
  now: Date,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    const run = await lockRun(tx, subjectId);
    if (run?.state !== 'waiting' || run.approvalId !== approvalId) return;
    if (outcome === 'approved') {
      await requireApproved(tx, approvalId, { kind: 'disposal-run', subjectId });
      await moveRun(tx, run.id, 'waiting', { state: 'approved' });
      return;
    }
    const said = await readApproval(tx, approvalId);
    const wait = outcome === 'refused' ? RUN_AGAIN_MS : UNANSWERED_MS;
    await moveRun(tx, run.id, 'waiting', {
      state: 'refused',
      reason: said?.reason ?? `Nobody agreed in time (${outcome}).`,
      resumeAt: new Date(now.getTime() + wait).toISOString(),
    });
  });
}

/** Those that were agreed to are due at once; the others stay, with the reason, and are looked at again later. */
export async function endDisposalReviewApproval(
  db: Database,
  { tenantId, approvalId, subjectId, outcome }: EndedApproval,
  now: Date,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    const review = await lockReview(tx, subjectId);
    if (review === undefined || review.outcome !== null || review.approvalId !== approvalId) return;
    const said = await readApproval(tx, approvalId);
    const wait = { approved: 0, refused: REVIEW_AGAIN_MS, expired: UNANSWERED_MS, withdrawn: UNANSWERED_MS };
    await endReview(tx, review, {
      outcome,
      at: now.toISOString(),
      reason: said?.reason ?? null,
      lookAgainAt: new Date(now.getTime() + wait[outcome]).toISOString(),
    });
  });
}
