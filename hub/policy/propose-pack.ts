import { HoldfastError } from '../../recorder-core/errors.ts';
import { diffPacks } from '../../recorder-core/policy/pack-diff.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { carryTrace } from '../observability/tracing.ts';
import { ownPack } from './load-pack.ts';
import { DECIDE_WITHIN_MS, type RulesAsking } from './note-rules.ts';

/** What was asked, for whoever asked. */
export interface ProposedRules {
  readonly approvalId: string;
  readonly dueAt: string;
}

/**
 * Asks for a second person's agreement that a pack come into force. A version that is lower than the one in force has to be
 * asked for as a rollback, so that nobody goes back by mistake.
 * @throws HoldfastError `not_found`; `conflict` where it is in force already, is older, or was proposed before.
 */
export async function proposePack(
  tx: Tx,
  asking: RulesAsking,
  {
    digest,
    rollback,
    reason,
  }: { readonly digest: string; readonly rollback: boolean; readonly reason: string },
): Promise<ProposedRules> {
  const { pack: current } = await asking.packs.current(tx);
  const next = await ownPack(tx, asking, digest);
  if (current.digest === digest) throw new HoldfastError('conflict', 'This pack is in force already.');
  requireDirection(current, next, rollback);
  const changes = diffPacks(current, next);
  const count = (change: string): number => changes.filter((one) => one.change === change).length;
  const approvalId = asking.newId(asking.now);
  const dueAt = new Date(asking.now.getTime() + DECIDE_WITHIN_MS);
  await askApproval(tx, {
    tenantId: asking.tenantId,
    id: approvalId,
    kind: 'rule-pack',
    subject: { type: 'rule_pack', id: digest },
    act: 'policy.approve',
    requestedBy: asking.person,
    summary: `${rollback ? 'Back to' : 'From'} ${rollback ? '' : `${current.id} ${current.version} to `}the rule pack ${next.id} ${next.version}: ${reason}`,
    facts: {
      pack: `${next.id} ${next.version}`,
      digest,
      signedBy: next.signedBy,
      inForce: `${current.id} ${current.version}`,
      added: count('added'),
      changed: count('changed'),
      removed: count('removed'),
      unverified: changes.filter(({ status }) => status === 'unverified').length,
      notReviewed: changes.filter(({ change, reviewer }) => change !== 'removed' && reviewer === null).length,
    },
    dueAt,
    now: asking.now,
    newId: asking.newId,
    trace: carryTrace(),
  });
  return { approvalId, dueAt: dueAt.toISOString() };
}

/** Back only on purpose: versions are compared as text, which dates as versions are made for. */
function requireDirection(current: VerifiedRulePack, next: VerifiedRulePack, rollback: boolean): void {
  const older = next.id === current.id && next.version < current.version;
  if (older === rollback) return;
  throw new HoldfastError(
    'conflict',
    older
      ? `${next.id} ${next.version} is older than ${current.version}, which is in force. To go back on purpose, ask for a rollback.`
      : `${next.id} ${next.version} is not older than what is in force (${current.id} ${current.version}), so this is no rollback.`,
    { field: 'rollback' },
  );
}
