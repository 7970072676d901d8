import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  lockAccessPolicies,
  markAsked,
  readPublishedVersion,
} from '../../recorder-core/records/access-policies.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';
import { notePolicies } from './note-policies.ts';
import { requirePublishable, type Whereabouts } from './require-publishable.ts';
import { repeatPolicies, requirePolicies, type StoredPolicies } from './save-policies.ts';

/** Long enough for counsel to read them. */
const DECIDE_WITHIN_MS = 14 * 86_400_000;

/** What was asked of a second person. */
export interface AskedPublishing {
  /** The version asked about; another one than was named where an older text is to come back. */
  readonly version: number;
  readonly approvalId: string;
  readonly dueAt: string;
}

/**
 * Asks a second person to publish a version; neither who asks nor who made it can agree. A version that was superseded comes
 * back as a new one with its text.
 * @throws HoldfastError `not_found`; `conflict` where it is published already, asked about, or would lock everybody out;
 * `invalid_input` where it has faults or an example is not as it says.
 */
export async function askPublishing(
  tx: Tx,
  asking: Asking,
  asked: { readonly version: number; readonly reason: string; readonly from?: Whereabouts },
): Promise<AskedPublishing> {
  await lockAccessPolicies(tx);
  const named = await requirePolicies(tx, asked.version);
  if (named.state === 'published')
    throw new HoldfastError('conflict', `Version ${named.version} is published.`);
  if (named.state === 'asked')
    throw new HoldfastError(
      'conflict',
      `A second person was asked about version ${named.version} and has not answered yet.`,
    );
  const version =
    named.state === 'superseded'
      ? await repeatPolicies(tx, asking, named.version, asked.reason)
      : named.version;
  const stored = await requirePolicies(tx, version);
  const { policies } = await requirePublishable(tx, stored, asking.now, asked.from);
  const insteadOf = await readPublishedVersion(tx);
  await markAsked(tx, version, insteadOf);
  const question = await askSecond(tx, asking, {
    stored,
    policies: policies.length,
    insteadOf,
    reason: asked.reason,
  });
  await notePolicies(
    tx,
    asking,
    {
      act: 'access_policy.asked',
      version,
      outcome: 'waiting',
      digests: { policySha256: stored.digest },
      facts: { insteadOf },
    },
    { reason: asked.reason },
  );
  return { version, ...question };
}

async function askSecond(
  tx: Tx,
  asking: Asking,
  about: {
    readonly stored: StoredPolicies;
    readonly policies: number;
    readonly insteadOf: number;
    readonly reason: string;
  },
): Promise<Omit<AskedPublishing, 'version'>> {
  const { stored, policies, insteadOf, reason } = about;
  const { version } = stored;
  const approvalId = asking.newId(asking.now);
  const dueAt = new Date(asking.now.getTime() + DECIDE_WITHIN_MS);
  await askApproval(tx, {
    tenantId: asking.tenantId,
    id: approvalId,
    kind: 'access-policy',
    subject: { type: 'access_policy', id: String(version) },
    act: 'access-policy.publish',
    requestedBy: asking.person,
    notBy: { user: stored.makerId, group: null },
    summary: `Publish version ${version} of the access policies: ${reason}`,
    facts: {
      version,
      insteadOf,
      policies,
      examples: stored.examples.length,
    },
    dueAt,
    now: asking.now,
    newId: asking.newId,
    trace: carryTrace(),
  });
  return { approvalId, dueAt: dueAt.toISOString() };
}
