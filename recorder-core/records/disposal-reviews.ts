import type { Tx } from './database.ts';
import { lookAgain } from './recording-retention.ts';

/** A page of recordings that a person looks at before they go. */
export interface DisposalReview {
  readonly id: string;
  readonly approvalId: string;
  readonly askedAt: string;
  readonly outcome: 'approved' | 'refused' | 'expired' | 'withdrawn' | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
  readonly recordingIds: readonly string[];
}

interface ReviewRow extends Omit<DisposalReview, 'askedAt' | 'endedAt'> {
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

/** Adds a review with its recordings. */
export async function insertReview(
  tx: Tx,
  tenantId: string,
  review: Pick<DisposalReview, 'id' | 'approvalId' | 'askedAt' | 'recordingIds'>,
): Promise<void> {
  await tx.query(
    'insert into disposal_review (tenant_id, id, approval_id, asked_at) values ($1, $2, $3, $4)',
    [tenantId, review.id, review.approvalId, review.askedAt],
  );
  await tx.query(
    'insert into disposal_review_item (tenant_id, review_id, recording_id) select $1, $2, unnest($3::uuid[])',
    [tenantId, review.id, review.recordingIds],
  );
}

/** One review under a row lock, or undefined. */
export async function lockReview(tx: Tx, id: string): Promise<DisposalReview | undefined> {
  await tx.query('select from disposal_review where id = $1 for update', [id]);
  const { rows } = await tx.query<ReviewRow>(
    `select v.id, v.approval_id as "approvalId", v.asked_at as "askedAt", v.outcome, v.ended_at as "endedAt", v.reason,
            array(select i.recording_id from disposal_review_item i
                   where i.tenant_id = v.tenant_id and i.review_id = v.id order by i.recording_id) as "recordingIds"
       from disposal_review v where v.id = $1`,
    [id],
  );
  const row = rows[0];
  return row && { ...row, askedAt: row.askedAt.toISOString(), endedAt: row.endedAt?.toISOString() ?? null };
}

/** Ends a review, and has its recordings looked at again at the given instant. */
export async function endReview(
  tx: Tx,
  { id, recordingIds }: Pick<DisposalReview, 'id' | 'recordingIds'>,
  end: {
    readonly outcome: NonNullable<DisposalReview['outcome']>;
    readonly at: string;
    readonly reason: string | null;
    readonly lookAgainAt: string;
  },
): Promise<void> {
  await tx.query('update disposal_review set outcome = $2, ended_at = $3, reason = $4 where id = $1', [
    id,
    end.outcome,
    end.at,
    end.reason,
  ]);
  await lookAgain(tx, recordingIds, end.lookAgainAt);
}

/** The newest review of each of these recordings: its approval, and whether it agreed, is still open, or said no. */
export async function reviewsOf(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<Map<string, Pick<DisposalReview, 'approvalId' | 'outcome' | 'endedAt' | 'reason'>>> {
  const { rows } = await tx.query<
    Pick<ReviewRow, 'approvalId' | 'outcome' | 'endedAt' | 'reason'> & { recordingId: string }
  >(
    `select distinct on (i.recording_id) i.recording_id as "recordingId", v.approval_id as "approvalId", v.outcome,
            v.ended_at as "endedAt", v.reason
       from disposal_review_item i join disposal_review v on v.tenant_id = i.tenant_id and v.id = i.review_id
      where i.recording_id = any ($1) order by i.recording_id, v.asked_at desc, v.id desc`,
    [recordingIds],
  );
  return new Map(
    rows.map(({ recordingId, ...row }) => [
      recordingId,
      { ...row, endedAt: row.endedAt?.toISOString() ?? null },
    ]),
  );
}
