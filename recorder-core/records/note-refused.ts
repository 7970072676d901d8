import type { LeafInput } from '../ledger/leaf.ts';
import type { Database } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';

/** Who was refused, where and when. */
export interface RefusedAsking {
  readonly db: Database;
  readonly tenantId: string;
  readonly person: LeafPerson;
  readonly now: Date;
}

/**
 * Enters what somebody was refused by a rule into the ledger, in a transaction of its own: what is thrown after it undoes the
 * caller's. What the policies refuse is entered by `hub/access`.
 */
export async function noteRefused(
  { db, tenantId, person, now }: RefusedAsking,
  refused: Pick<LeafInput, 'object' | 'rules' | 'facts'>,
): Promise<void> {
  const leaf = { at: now, act: 'access.refused', outcome: 'refused', ...refused } as const;
  await db.forTenant(tenantId, (apart) => appendLeaf(apart, tenantId, leaf, actedBy(person)));
}
