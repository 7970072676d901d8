import type { AccessContext } from '../../recorder-core/authorization/asked.ts';
import { OWN_PREFIX } from '../../recorder-core/authorization/check-policies.ts';
import { canBeChanged } from '../../recorder-core/authorization/lockout.ts';
import type { PolicySet } from '../../recorder-core/authorization/policy-set.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { listPrincipals } from '../../recorder-core/records/access-population.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { checkText } from './check-text.ts';
import type { StoredPolicies } from './save-policies.ts';

/** From where people come who change policies; null where nothing is known of it. */
export type Whereabouts = Pick<AccessContext, 'address' | 'country' | 'region'>;

const NOWHERE: Whereabouts = { address: null, country: null, region: null };
/** Attributes of the circumstances by which policies tell places apart. */
const PLACES = /"attr":"(?:address|country|region)"/;

/**
 * The set of a version that can be published: it has no fault, all its examples are as they say, and afterwards there are still
 * two people who could change it together. `from` is where whoever asks comes from; where it is not known, policies that look
 * at places are not tried for it.
 * @throws HoldfastError `invalid_input` for faults and examples, naming the first; `conflict` where it would lock everybody out.
 */
export async function requirePublishable(
  tx: Tx,
  stored: StoredPolicies,
  now: Date,
  from?: Whereabouts,
): Promise<PolicySet> {
  const { version, text, examples } = stored;
  const { check, set } = checkText(text, examples, now, version);
  const [fault] = check.faults;
  if (set === undefined || fault !== undefined)
    throw new HoldfastError(
      'invalid_input',
      `Version ${version} cannot be published: ${fault?.line ? `line ${fault.line}: ` : ''}${fault?.message ?? 'it cannot be read'}`,
      { field: 'text' },
    );
  const failed = check.examples.find(({ passed }) => !passed);
  if (failed !== undefined)
    throw new HoldfastError(
      'invalid_input',
      `Version ${version} cannot be published: its example "${failed.name}" is not as it says. ${failed.difference}`,
      { field: 'examples' },
    );
  if (from === undefined && looksAtPlaces(set)) return set;
  const { people } = await listPrincipals(tx);
  const principals = people.map(({ principal }) => principal);
  if (canBeChanged(set, principals, [sessionFrom(from ?? NOWHERE, now)])) return set;
  throw new HoldfastError(
    'conflict',
    `Version ${version} would lock everybody out: after it no two people could change the policies together, one who may make them (access-policy.manage) and another who may decide (approval.decide and access-policy.publish), from where you are. Leave them the way back.`,
    { field: 'text' },
  );
}

function looksAtPlaces({ policies }: PolicySet): boolean {
  const own = policies.filter(({ id }) => id.startsWith(OWN_PREFIX));
  return PLACES.test(JSON.stringify(own.map(({ json }) => json)));
}

/** A session with a fresh proof of presence. */
export function sessionFrom(from: Whereabouts, now: Date): AccessContext {
  return { ...from, nowMs: now.getTime(), purpose: null, stepUpAgeMs: 0, means: 'session' };
}
