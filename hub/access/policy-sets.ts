import { publishedPolicySet } from '../../recorder-core/authorization/check-policies.ts';
import { shippedPolicies, type PolicySet } from '../../recorder-core/authorization/policy-set.ts';
import { readPublishedPolicies, readPublishedVersion } from '../../recorder-core/records/access-policies.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { currentTenant } from '../../recorder-core/records/tenants.ts';

/** Compiled sets that are kept; a version is never changed, so that its compiled form stays right. */
const MOST_KEPT = 200;
const kept = new Map<string, PolicySet>();

/**
 * The policies that are in force in the tenant of a transaction: the shipped ones and the published version of its own. The
 * number of that version is read in the same transaction, so that a publish counts in every process from its commit on; compiled
 * once and kept. @throws HoldfastError `integrity_failed` where the published text cannot be read: then nothing is allowed.
 */
export async function policiesFor(tx: Tx): Promise<PolicySet> {
  const version = await readPublishedVersion(tx);
  if (version === 0) return shippedPolicies();
  const tenantId = await currentTenant(tx);
  const known = kept.get(`${tenantId} ${version}`);
  if (known !== undefined) return known;
  const published = await readPublishedPolicies(tx);
  const set = publishedPolicySet(published.version, published.text);
  kept.set(`${tenantId} ${published.version}`, set);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return set;
}
