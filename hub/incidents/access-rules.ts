import { loosenedRules, type AccessRules, type Loosened } from '../../recorder-core/policy/access-alert.ts';
import { localTime } from '../../recorder-core/policy/calendar.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  insertAccessRulesProposal,
  type AccessRulesProposal,
} from '../../recorder-core/records/access-rules-proposals.ts';
import { readAccessRules } from '../../recorder-core/records/access-watch.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';
import { plainRules, putAccessRules, rulesChangedMeanwhile } from './put-access-rules.ts';

const DECIDE_WITHIN_MS = 7 * 86_400_000;

/** Rules as somebody wants them. */
export interface WantedAccessRules {
  readonly rules: AccessRules;
  /** The version that they were made from. */
  readonly version: number;
  readonly reason?: string | undefined;
}

/**
 * Sets what the tenant holds for unusual, for all that is looked at from now on; the ledger has both before and after. Rules that
 * watch less than those before wait for a second person, and answer the id of the approval; until then those before stay. What
 * changes nothing writes nothing.
 * @throws HoldfastError `invalid_input` for a time zone that there is not, or without a reason where less is watched; `conflict` for
 * a version that is not the current one, or while other rules wait.
 */
export async function setAccessRules(
  tx: Tx,
  asking: Asking,
  { rules, version, reason }: WantedAccessRules,
): Promise<string | null> {
  if (rules.hours !== null) requireZone(rules.hours.zone, asking.now);
  const before = await readAccessRules(tx);
  if (before.version !== version) throw rulesChangedMeanwhile();
  if (JSON.stringify(plainRules(before.rules)) === JSON.stringify(plainRules(rules))) return null;
  const loosened = loosenedRules(before.rules, rules);
  if (loosened.length > 0)
    return propose(tx, asking, { rules, version, reason }, { before: before.rules, loosened });
  await putAccessRules(tx, asking, { before: before.rules, rules, version, reason: reason ?? null });
  return null;
}

/** Which rules watch less than those before. */
interface Loosening {
  readonly before: AccessRules;
  readonly loosened: readonly Loosened[];
}

async function propose(
  tx: Tx,
  asking: Asking,
  { rules, version, reason }: WantedAccessRules,
  loosening: Loosening,
): Promise<string> {
  if (reason === undefined)
    throw new HoldfastError(
      'invalid_input',
      'Less would be watched than before. Say why: a second person has to agree to it.',
      { field: '/body/reason' },
    );
  const { tenantId, person, now, newId } = asking;
  const [id, approvalId] = [newId(now), newId(now)];
  const proposal = {
    id,
    rules,
    fromVersion: version,
    reason,
    approvalId,
    requestedBy: person.id,
    requestedAt: now,
  };
  if (!(await insertAccessRulesProposal(tx, tenantId, proposal)))
    throw new HoldfastError(
      'conflict',
      'Other rules wait for a second person already. Withdraw that question, or wait for its answer.',
    );
  await askSecondPerson(tx, asking, proposal, loosening);
  return approvalId;
}

function askSecondPerson(
  tx: Tx,
  { tenantId, person, now, newId }: Asking,
  { id, approvalId, rules, reason }: Pick<AccessRulesProposal, 'id' | 'approvalId' | 'rules' | 'reason'>,
  { before, loosened }: Loosening,
): Promise<void> {
  return askApproval(tx, {
    tenantId,
    id: approvalId,
    kind: 'access-rules',
    subject: { type: 'access_rules', id },
    act: 'policy.approve',
    requestedBy: person,
    summary: `Watch less of how people use their access: ${reason}`,
    facts: Object.fromEntries(
      loosened.flatMap((rule) => [
        [`${rule} before`, inWords(before[rule])],
        [`${rule} afterwards`, inWords(rules[rule])],
      ]),
    ),
    dueAt: new Date(now.getTime() + DECIDE_WITHIN_MS),
    now,
    newId,
    trace: carryTrace(),
  });
}

/** A rule as whoever decides reads it; null where it is not watched. */
function inWords(rule: AccessRules[Loosened]): string | number | boolean | null {
  if (rule === null || typeof rule !== 'object') return rule;
  return 'recordings' in rule
    ? `${rule.recordings} in ${rule.minutes} min`
    : `${rule.zone} ${rule.days.join(',')} ${rule.from}-${rule.to}`;
}

function requireZone(zone: string, now: Date): void {
  try {
    localTime(now.getTime(), zone);
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      'There is no such time zone. Give its IANA name, such as Europe/Berlin.',
      { field: '/body/hours/zone', cause },
    );
  }
}
