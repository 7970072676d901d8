import type { AccessRules } from '../../recorder-core/policy/access-alert.ts';
import { localTime } from '../../recorder-core/policy/calendar.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readAccessRules, writeAccessRules } from '../../recorder-core/records/access-watch.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Asking } from '../identity/asking.ts';

/**
 * Sets what the tenant holds for unusual, for all that is looked at from now on; the ledger has both before and after.
 * @throws HoldfastError `invalid_input` for a time zone that there is not.
 */
export async function setAccessRules(tx: Tx, asking: Asking, rules: AccessRules): Promise<void> {
  if (rules.hours !== null) requireZone(rules.hours.zone, asking.now);
  const before = await readAccessRules(tx);
  await writeAccessRules(tx, rules);
  await appendLeaf(
    tx,
    asking.tenantId,
    {
      at: asking.now,
      act: 'configuration.changed',
      object: { type: 'access-rules', id: asking.tenantId },
      outcome: 'changed',
      facts: { before: factsOf(before), after: factsOf(rules) },
    },
    actedBy(asking.person),
  );
}

function factsOf({ bulk, hours, newCountry, quietHours }: AccessRules) {
  return {
    bulk: bulk === null ? null : { ...bulk },
    hours: hours === null ? null : { ...hours, days: [...hours.days] },
    newCountry,
    quietHours,
  };
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
