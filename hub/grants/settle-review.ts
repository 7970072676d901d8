import { lockGrant, type AccessGrant } from '../../recorder-core/records/access-grants.ts';
import { listApprovals, readApproval, type Approval } from '../../recorder-core/records/approvals.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { stepGrant, type GrantContext } from '../../recorder-core/records/end-grants.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertGlassReview } from '../../recorder-core/records/glass-reviews.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import { askReview } from './break-glass.ts';
import type { EndedGrantApproval } from './settle-grant.ts';

/**
 * Settles a review of an emergency: whoever reviews it while it lasts ends it by that, so that nothing comes after the look; what
 * was not right is worse than an alert; what nobody looked at is asked anew and told. Told again, it changes nothing.
 */
export async function settleReview(
  db: Database,
  { tenantId, approvalId, subjectId }: EndedGrantApproval,
  context: Omit<GrantContext, 'tenantId'>,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    const grant = await lockGrant(tx, subjectId);
    const review = await readApproval(tx, approvalId);
    if (grant === undefined || review === undefined || review.state === 'open') return;
    if (review.kind !== 'break-glass-review' || review.subject.id !== subjectId) return;
    const where = { ...context, tenantId };
    const noted = { approvalId, grantId: subjectId, outcome: review.state, at: context.now.toISOString() };
    if (!(await insertGlassReview(tx, tenantId, noted))) return;
    await endForReview(tx, where, grant);
    await noteReviewed(tx, where, review);
    if (review.state === 'refused')
      await report(tx, where, grant, 'critical', 'Somebody held an emergency right to be wrongly used');
    if (review.state !== 'expired' && review.state !== 'withdrawn') return;
    await report(tx, where, grant, 'high', 'Nobody has reviewed an emergency right in time');
    if (!('user' in grant.to)) return;
    const person = { ...grant.to.user, role: '' };
    const { untilMs, ticket, reason } = grant;
    const askedBefore = (await listApprovals(tx, { subjectId })).length;
    await askReview(
      tx,
      { ...where, person },
      { grantId: subjectId, untilMs, ticket: ticket ?? '', reason, askedBefore },
    );
  });
}

async function endForReview(tx: Tx, where: GrantContext, grant: AccessGrant): Promise<void> {
  if (grant.state !== 'granted') return;
  const over = where.now.getTime() >= grant.untilMs;
  await stepGrant(tx, where, grant, over ? 'end' : 'revoke', over ? {} : { reason: 'It was reviewed.' });
}

async function noteReviewed(tx: Tx, { tenantId, now }: GrantContext, review: Approval): Promise<void> {
  const { id, state, decidedBy, rule, reason, subject } = review;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'glass.reviewed',
      object: { type: 'grant', id: subject.id },
      outcome: state,
      ...(rule === null ? {} : { rules: [rule] }),
      facts: { approval: id },
    },
    {
      ...(decidedBy === null ? {} : actedBy(decidedBy)),
      ...(reason === null || reason === '' ? {} : { reason }),
    },
  );
}

async function report(
  tx: Tx,
  { tenantId, now, newId }: GrantContext,
  { id }: AccessGrant,
  severity: 'high' | 'critical',
  title: string,
): Promise<void> {
  await openIncident(tx, {
    tenantId,
    key: `break-glass/${id}`,
    kind: 'access',
    severity,
    title,
    detector: 'break-glass',
    detectedAt: now,
    facts: { grant: id },
    now,
    newId,
  });
}
