import type { AccessRules } from '../../recorder-core/policy/access-alert.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { replaceAccessRules } from '../../recorder-core/records/access-watch.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Asking } from '../identity/asking.ts';

/**
 * Puts rules of unusual use in force in the place of those of one version, with a leaf of before and after; agreed to by a second
 * person where they watch less. @throws HoldfastError `conflict` where that version does not stand any more.
 */
export async function putAccessRules(
  tx: Tx,
  { tenantId, person, now }: Pick<Asking, 'tenantId' | 'now'> & { readonly person: LeafPerson },
  change: {
    readonly before: AccessRules;
    readonly rules: AccessRules;
    readonly version: number;
    readonly reason: string | null;
    readonly approvalId?: string;
    readonly agreedBy?: LeafPerson | null;
  },
): Promise<void> {
  const { before, rules, version, reason, approvalId, agreedBy } = change;
  if (!(await replaceAccessRules(tx, { from: version, rules, by: person.id, reason })))
    throw rulesChangedMeanwhile();
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'configuration.changed',
      object: { type: 'access-rules', id: tenantId },
      outcome: 'changed',
      facts: {
        before: plainRules(before),
        after: plainRules(rules),
        version: version + 1,
        ...(approvalId !== undefined && { approval: approvalId }),
      },
    },
    {
      ...actedBy(person),
      ...(reason !== null && { reason }),
      ...(agreedBy && { agreedBy: agreedBy.name, agreedById: agreedBy.id }),
    },
  );
}

/** The refusal of whoever looked at another version. */
export function rulesChangedMeanwhile(): HoldfastError {
  return new HoldfastError(
    'conflict',
    'Somebody changed meanwhile what is unusual. Nothing was changed. Look at it again and change that.',
    { field: '/body/version' },
  );
}

/** The same rules as plain data, keys in one order and nothing shared: for answers, the ledger, and comparing. */
export function plainRules({ bulk, hours, newCountry, quietHours }: AccessRules) {
  return {
    bulk: bulk === null ? null : { recordings: bulk.recordings, minutes: bulk.minutes },
    hours:
      hours === null ? null : { zone: hours.zone, days: [...hours.days], from: hours.from, to: hours.to },
    newCountry,
    quietHours,
  };
}
