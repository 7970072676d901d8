import { isHoldfastError } from '../../recorder-core/errors.ts';
import {
  lockAccessPolicies,
  markRefused,
  publishAccessPolicy,
  readPublishedVersion,
} from '../../recorder-core/records/access-policies.ts';
import { requireApproved } from '../../recorder-core/records/approvals.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import type { ApprovalEnded } from '../../recorder-core/records/outbox.ts';
import { notePolicies } from './note-policies.ts';
import { requirePublishable } from './require-publishable.ts';
import { requirePolicies, type StoredPolicies } from './save-policies.ts';

/**
 * Acts on the end of an approval: publishes what was agreed to, in the place of the version that was published when it was asked
 * about. Where others were published since, or it cannot be published any more, it is a draft again, with a leaf that says why.
 * Told twice it acts once.
 */
export async function endPublishing(
  db: Database,
  { tenantId, approvalId, subjectId, outcome }: ApprovalEnded & { readonly tenantId: string },
  now: Date,
): Promise<void> {
  await db.forTenant(tenantId, async (tx) => {
    await lockAccessPolicies(tx);
    const stored = await requirePolicies(tx, Number(subjectId));
    const { version, state } = stored;
    if (state !== 'asked') return;
    if (outcome !== 'approved') {
      await markRefused(tx, version);
      return;
    }
    const { decidedBy } = await requireApproved(tx, approvalId, { kind: 'access-policy', subjectId });
    const amiss = await whatIsAmiss(tx, stored, now);
    const leaf = { version, digests: { policySha256: stored.digest } };
    const by = { tenantId, now, person: decidedBy };
    if (amiss !== null) {
      await markRefused(tx, version);
      await notePolicies(tx, by, {
        ...leaf,
        act: 'access_policy.refused',
        outcome: 'refused',
        facts: { why: amiss },
      });
      return;
    }
    await publishAccessPolicy(tx, version, decidedBy?.id ?? null, now.toISOString());
    await notePolicies(tx, by, {
      ...leaf,
      act: 'access_policy.published',
      outcome: 'done',
      facts: { insteadOf: stored.insteadOf ?? 0 },
    });
  });
}

/** Why a version cannot be published after all, in a word; null where it can. */
async function whatIsAmiss(tx: Tx, stored: StoredPolicies, now: Date): Promise<string | null> {
  if ((await readPublishedVersion(tx)) !== stored.insteadOf) return 'another-version-was-published-since';
  try {
    await requirePublishable(tx, stored, now);
    return null;
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return error.code === 'conflict'
      ? 'it-would-lock-everybody-out'
      : `its-${error.field ?? 'text'}-no-longer-hold`;
  }
}
