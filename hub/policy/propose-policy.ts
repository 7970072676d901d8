import { createHash } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { canonicalBytes } from '../../recorder-core/ledger/canonical-json.ts';
import { policyConflicts, type PolicyConflict } from '../../recorder-core/policy/policy-conflicts.ts';
import type { TenantPolicy } from '../../recorder-core/policy/tenant-policy.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { insertTenantPolicy, readTenantPolicy } from '../../recorder-core/records/tenant-policies.ts';
import { carryTrace } from '../observability/tracing.ts';
import { DECIDE_WITHIN_MS, noteRules, type RulesAsking } from './note-rules.ts';
import type { ProposedRules } from './propose-pack.ts';

/** A proposal of a policy: its version, and what the pack overrules of it. */
export interface ProposedPolicy extends ProposedRules {
  readonly version: number;
  readonly conflicts: readonly PolicyConflict[];
}

/**
 * Keeps a new version of the tenant's policy and asks a second person for agreement. A rule that only wants to keep beyond
 * what the law allows is refused: it could never do anything.
 * @throws HoldfastError `conflict` for such a rule, or a proposal that is open.
 */
export async function proposePolicy(
  tx: Tx,
  asking: RulesAsking,
  { body, reason }: { readonly body: TenantPolicy; readonly reason: string },
): Promise<ProposedPolicy> {
  const { pack } = await asking.packs.current(tx);
  const conflicts = policyConflicts(body, pack);
  const weakening = conflicts.find(({ id }) =>
    body.retention.some((rule) => rule.id === id && rule.kind === 'floor'),
  );
  if (weakening !== undefined) {
    throw new HoldfastError(
      'conflict',
      `${weakening.sentence} Nothing was proposed; shorten the rule or its scope.`,
      {
        field: weakening.id,
      },
    );
  }
  const digest = createHash('sha256')
    .update(canonicalBytes(toJson(body)))
    .digest('hex');
  const at = asking.now.toISOString();
  const version = await insertTenantPolicy(tx, asking.tenantId, {
    digest,
    body,
    note: reason,
    proposedBy: asking.person.id,
    proposedAt: at,
  });
  await noteRules(
    tx,
    asking,
    {
      act: 'policy.proposed',
      object: { type: 'tenant_policy', id: String(version) },
      outcome: 'waiting',
      digests: { policySha256: digest },
      facts: { version, rules: body.retention.length + body.consent.length + body.residency.length },
    },
    { reason },
  );
  return { ...(await askAbout(tx, asking, version, reason)), version, conflicts };
}

/** Proposes a version that was in force before, or was refused, once more. @throws HoldfastError `not_found`, `conflict`. */
export async function proposeVersion(
  tx: Tx,
  asking: RulesAsking,
  { version, reason }: { readonly version: number; readonly reason: string },
): Promise<ProposedPolicy> {
  const row = await readTenantPolicy(tx, version);
  if (row === undefined)
    throw new HoldfastError('not_found', `There is no version ${version} of the policy.`);
  if (row.state === 'active') throw new HoldfastError('conflict', 'This version is in force already.');
  const { pack } = await asking.packs.current(tx);
  return {
    ...(await askAbout(tx, asking, version, reason)),
    version,
    conflicts: policyConflicts(row.body, pack),
  };
}

async function askAbout(
  tx: Tx,
  asking: RulesAsking,
  version: number,
  reason: string,
): Promise<ProposedRules> {
  const row = await readTenantPolicy(tx, version);
  const approvalId = asking.newId(asking.now);
  const dueAt = new Date(asking.now.getTime() + DECIDE_WITHIN_MS);
  await askApproval(tx, {
    tenantId: asking.tenantId,
    id: approvalId,
    kind: 'tenant-policy',
    subject: { type: 'tenant_policy', id: String(version) },
    act: 'policy.approve',
    requestedBy: asking.person,
    summary: `Version ${version} of our own policy: ${reason}`,
    facts: {
      version,
      consentRules: row?.body.consent.length ?? 0,
      retentionRules: row?.body.retention.length ?? 0,
      residencyRules: row?.body.residency.length ?? 0,
      classRules: row?.body.classes.length ?? 0,
    },
    dueAt,
    now: asking.now,
    newId: asking.newId,
    trace: carryTrace(),
  });
  return { approvalId, dueAt: dueAt.toISOString() };
}

/** Without what is undefined, which JSON has no word for. */
function toJson(body: TenantPolicy): Parameters<typeof canonicalBytes>[0] {
  return JSON.parse(JSON.stringify(body)) as Parameters<typeof canonicalBytes>[0];
}
