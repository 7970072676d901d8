import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ItemRequest, RetentionItem } from '../../recorder-core/policy/retention-item.ts';
import { rulebookOf, type Rulebook } from '../../recorder-core/policy/rulebook.ts';
import type { TenantPolicy } from '../../recorder-core/policy/tenant-policy.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { gatherRetentionFacts, type RecordingFacts } from '../../recorder-core/records/retention-facts.ts';
import { protectedByReport, type ReportedTrigger } from '../../recorder-core/records/retention-triggers.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';

/** What might be otherwise; nothing of it is written anywhere. */
export interface WhatIf {
  readonly packDigest?: string | undefined;
  /** A version of the tenant's policy, 0 for none; or one that is not stored at all. */
  readonly policyVersion?: number | undefined;
  readonly policy?: TenantPolicy | undefined;
  readonly hold?: 'placed' | 'released' | undefined;
  readonly request?: Pick<ItemRequest, 'kind' | 'state'> | undefined;
  readonly triggers?: Readonly<Partial<Record<ReportedTrigger, string | undefined>>> | undefined;
  readonly classes?: readonly string[] | undefined;
  /** When it is asked; left out, now. */
  readonly at?: string | undefined;
}

/** The rules in force, and those that are asked about. @throws HoldfastError `not_found` for a pack or policy that is not there. */
export async function rulesFor(
  tx: Tx,
  packs: RulePacks,
  tenantId: string,
  whatIf: Pick<WhatIf, 'packDigest' | 'policyVersion' | 'policy'>,
): Promise<{ readonly inForce: Rulebook; readonly asked: Rulebook }> {
  const inForce = await packs.current(tx);
  const { packDigest, policyVersion } = whatIf;
  const pack = packDigest === undefined ? inForce.pack : await packs.byDigest(tx, packDigest);
  if (pack === undefined) {
    throw new HoldfastError('not_found', 'There is no rule pack with this digest. Load it first.', {
      field: 'packDigest',
    });
  }
  if (whatIf.policy !== undefined)
    return { inForce, asked: { pack, policy: whatIf.policy, policyVersion: 0 } };
  if (policyVersion === undefined) return { inForce, asked: { ...inForce, pack } };
  if (policyVersion === 0) return { inForce, asked: rulebookOf(pack) };
  const policy = await packs.policy(tx, tenantId, policyVersion).catch((cause: unknown) => {
    throw new HoldfastError('not_found', `There is no version ${policyVersion} of the tenant's policy.`, {
      field: 'policyVersion',
      cause,
    });
  });
  return { inForce, asked: { pack, policy, policyVersion } };
}

/** The facts of recordings as they would be. `promised` false leaves out the dates that were promised before. */
export async function factsIf(
  tx: Tx,
  recordings: readonly RecordingFacts[],
  rules: Rulebook,
  whatIf: WhatIf,
  { at, promised }: { readonly at: string; readonly promised: boolean },
): Promise<RetentionItem[]> {
  const changed = recordings.map((recording) => ({
    ...recording,
    furtherClasses: [...recording.furtherClasses, ...(whatIf.classes ?? [])],
    retainUntil: promised ? recording.retainUntil : null,
  }));
  const assumed = whatIf.request === undefined ? [] : [{ ...whatIf.request, id: 'what-if' }];
  const items = await gatherRetentionFacts(tx, changed, rules, assumed);
  return items.map((item) => applyTo(item, rules, whatIf, at));
}

function applyTo(item: RetentionItem, rules: Rulebook, whatIf: WhatIf, at: string): RetentionItem {
  const { hold, triggers = {} } = whatIf;
  const reports = Object.entries(triggers).flatMap(([trigger, instant]) =>
    instant === undefined ? [] : [{ trigger: trigger as ReportedTrigger, at: instant, reportedAt: at }],
  );
  const lock = protectedByReport(reports, rules);
  const lockedUntil = item.lockedUntil ?? null;
  return {
    ...item,
    triggers: { ...item.triggers, ...Object.fromEntries(reports.map((one) => [one.trigger, one.at])) },
    holds:
      hold === 'released'
        ? item.holds.map((one) => ({ ...one, releasedAt: one.releasedAt ?? at }))
        : [...item.holds, ...(hold === 'placed' ? [{ id: 'what-if', kind: 'legal' }] : [])],
    lockedUntil: lock !== null && (lockedUntil === null || lock > lockedUntil) ? lock : lockedUntil,
  };
}
