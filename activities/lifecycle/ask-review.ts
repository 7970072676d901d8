import type { Tx } from '../../recorder-core/records/database.ts';
import { requireApproved } from '../../recorder-core/records/approvals.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { AlikeDecision } from '../../recorder-core/records/decide-alike.ts';
import { insertReview, reviewsOf } from '../../recorder-core/records/disposal-reviews.ts';
import type { DueRecording } from '../../recorder-core/records/due-recordings.ts';
import type { ActivityDependencies } from '../dependencies.ts';

const DAY_MS = 86_400_000;
/** Somebody looks at so many at once. */
const REVIEW_PAGE = 500;
/** A page of recordings waits so long for the person who looks at them. */
const REVIEW_MS = 30 * DAY_MS;

/** Recordings that a person has agreed to, and when the others are looked at again. */
export interface Reviewed {
  readonly approved: ReadonlySet<string>;
  readonly lookAgainAt: ReadonlyMap<string, string>;
}

interface Decided {
  readonly recording: Pick<DueRecording, 'id'>;
  readonly decided: Pick<AlikeDecision, 'verdict' | 'mayDispose'>;
}

/**
 * For those of a page whose rules want a person to look first: asks about all of them at once where nobody was asked yet. An
 * approval is asked for again in this transaction. One that is open stays so; a no was kept with its next date.
 */
export async function askReviews(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  now: Date,
  page: readonly Decided[],
): Promise<Reviewed> {
  const wanting = page.filter(({ decided: { verdict, mayDispose } }) => verdict === 'DISPOSE' && !mayDispose);
  const approved = new Set<string>();
  const lookAgainAt = new Map<string, string>();
  if (wanting.length === 0) return { approved, lookAgainAt };
  const ids = wanting.map(({ recording }) => recording.id);
  const standing = await reviewsOf(tx, ids);
  const asking: string[] = [];
  const until = new Date(now.getTime() + REVIEW_MS);
  for (const id of ids) {
    const review = standing.get(id);
    if (review?.outcome === 'approved') {
      await requireApproved(tx, review.approvalId);
      approved.add(id);
    } else {
      if (review === undefined || review.outcome !== null) asking.push(id);
      lookAgainAt.set(id, until.toISOString());
    }
  }
  for (let from = 0; from < asking.length; from += REVIEW_PAGE)
    await ask(deps, tx, { tenantId, now, until, asking: asking.slice(from, from + REVIEW_PAGE) });
  return { approved, lookAgainAt };
}

async function ask(
  deps: ActivityDependencies,
  tx: Tx,
  asked: {
    readonly tenantId: string;
    readonly now: Date;
    readonly until: Date;
    readonly asking: readonly string[];
  },
): Promise<void> {
  const { tenantId, now, until, asking } = asked;
  const [id, approvalId] = [deps.newId(now), deps.newId(now)];
  await insertReview(tx, tenantId, { id, approvalId, askedAt: now.toISOString(), recordingIds: asking });
  await askApproval(tx, {
    tenantId,
    id: approvalId,
    kind: 'disposal-review',
    subject: { type: 'disposal-review', id },
    act: 'disposal.approve',
    requestedBy: null,
    summary: `Look at ${asking.length} recordings whose rules want a person to agree before they are disposed of.`,
    facts: { recordings: asking.length },
    dueAt: until,
    now,
    newId: deps.newId,
  });
}
