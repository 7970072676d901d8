import type { Tx } from './database.ts';
import type { LeafPerson } from './leaf-people.ts';
import { actedBy } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { sequenceLeaves } from './sequence-leaves.ts';

/** Whose commitments nobody shall be able to open any more. */
export interface ErasedPerson {
  /** Every opening that is this id, under whatever name, and the name beside it (`actorId` and `actor`). */
  readonly userId?: string;
  /** Every opening that is exactly one of these: names, numbers, addresses. Also those of others who have the same. */
  readonly values?: readonly string[];
}

/** Which erasure it is, and who does it. */
export interface Erasure {
  /** A fresh id: the object of the leaf that records the erasure. */
  readonly id: string;
  readonly at: Date;
  /** Absent where the product acts by itself. */
  readonly by?: LeafPerson;
}

/**
 * Removes what opens the commitments to one person, from all leaves of acts that were committed before, and records in
 * a leaf that it was done and how many openings that were, not whose. The leaves stand as they did, and so do all proofs; without its
 * 256-bit salt a commitment tells nothing. Answers how many openings were removed. Doing it again removes nothing more.
 * What a free text says of the person is found only where it is given as a value; copies in backups live as long as those.
 */
export async function eraseOpenings(
  tx: Tx,
  tenantId: string,
  { userId, values = [] }: ErasedPerson,
  { id, at, by }: Erasure,
): Promise<number> {
  await sequenceLeaves(tx, tenantId); // leaves that wait have openings too
  const sought = userId === undefined ? values : [userId, ...values];
  const { rows } = await tx.query<{ openings: number; leaves: number }>(
    `with gone as (
       delete from ledger_opening d
        using (select leaf_index, name, value from ledger_opening
                where hashtextextended(value, 0) = any (select hashtextextended(v, 0) from unnest($2::text[]) v)
                  and value = any ($2)) found
        where d.tenant_id = $1 and d.leaf_index = found.leaf_index
          and (d.name = found.name or (found.value = $3 and d.name || 'Id' = found.name))
       returning d.leaf_index
     )
     select count(*) as openings, count(distinct leaf_index) as leaves from gone`,
    [tenantId, sought, userId ?? null],
  );
  const { openings, leaves } = rows[0] ?? { openings: 0, leaves: 0 };
  await appendLeaf(
    tx,
    tenantId,
    {
      at,
      act: 'openings.erased',
      object: { type: 'erasure', id },
      outcome: 'done',
      facts: { openings, leaves },
    },
    by === undefined ? {} : actedBy(by),
  );
  return openings;
}
