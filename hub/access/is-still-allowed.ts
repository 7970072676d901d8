import { stepUpNeeded } from '../../recorder-core/authorization/access-decision.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { identifyAgain } from '../identity/identify-again.ts';
import { askerOf, type Caller } from './caller.ts';
import { decide, type Question } from './decide.ts';

/**
 * Whether what was allowed to a caller is allowed at this moment too: the session stands, and the policies in force, with the
 * person's grants, role and place of now, allow it. A proof of presence that was fresh when it began may have aged since.
 */
export async function isStillAllowed(
  db: Database,
  caller: Caller,
  question: Question,
  now: Date,
): Promise<boolean> {
  const identity = await identifyAgain(db, caller, now);
  if (identity === undefined) return false;
  const { scope } = identity;
  const asker = askerOf({ ...identity, circumstances: { ...caller.circumstances, scope } }, now);
  const decision = await db.forTenant(caller.tenantId, (tx) => decide(tx, asker, question));
  return decision.allowed || stepUpNeeded(decision) !== undefined;
}
