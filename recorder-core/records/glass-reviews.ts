import type { ApprovalOutcome } from '../policy/approval.ts';
import type { Tx } from './database.ts';

/** Notes how a review of an emergency right ended; false, and nothing changes, where it was noted before. */
export async function insertGlassReview(
  tx: Tx,
  tenantId: string,
  review: {
    readonly approvalId: string;
    readonly grantId: string;
    readonly outcome: ApprovalOutcome;
    readonly at: string;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into glass_review (tenant_id, approval_id, grant_id, outcome, noted_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [tenantId, review.approvalId, review.grantId, review.outcome, review.at],
  );
  return rowCount === 1;
}

/** How each of these emergency rights was reviewed, by its id; an answer stands before a time that nobody answered in. */
export async function readGlassReviews(
  tx: Tx,
  grantIds: readonly string[],
): Promise<ReadonlyMap<string, ApprovalOutcome>> {
  const { rows } = await tx.query<{ grantId: string; outcome: ApprovalOutcome }>(
    `select distinct on (grant_id) grant_id as "grantId", outcome from glass_review
      where grant_id = any ($1) order by grant_id, outcome in ('approved', 'refused') desc, noted_at desc`,
    [grantIds],
  );
  return new Map(rows.map(({ grantId, outcome }) => [grantId, outcome]));
}
