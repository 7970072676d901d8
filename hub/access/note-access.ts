import type { AccessDecision } from '../../recorder-core/authorization/access-decision.ts';
import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Asker, Question } from './decide.ts';

/** The leaf of an attempt: which policies decided, by what means and what for. */
export function attemptLeaf(
  { circumstances, now }: Pick<Asker, 'circumstances' | 'now'>,
  { act, object, purpose = circumstances.purpose }: Question,
  { allowed, rule, policies }: AccessDecision,
  entered: LeafInput['act'] = allowed ? 'access.granted' : 'access.refused',
): Omit<LeafInput, 'tenant'> {
  return {
    at: now,
    act: entered,
    object,
    outcome: allowed ? 'allowed' : 'refused',
    rules: policies.length === 0 ? [rule] : policies.map(({ id }) => id),
    facts: { act, means: circumstances.means, ...(purpose !== null && { purpose }) },
  };
}

/**
 * Enters a refusal into the ledger, in a transaction of its own: what is thrown after it undoes the other. Every one, for
 * whoever is refused is known by name.
 */
export async function noteRefusal(
  db: Database,
  asker: Asker,
  person: LeafPerson,
  question: Question,
  decision: AccessDecision,
): Promise<void> {
  const leaf = attemptLeaf(asker, question, decision);
  await db.forTenant(asker.tenantId, (tx: Tx) => appendLeaf(tx, asker.tenantId, leaf, actedBy(person)));
}
