import type { Tx } from './database.ts';
import { handOverServiceAccount, listServiceAccountsOf } from './service-accounts.ts';

/** Something that needs somebody who looks after it. */
export interface OwnedThing {
  /** Word of the glossary: `incident`, `request`, `matter`. */
  readonly type: string;
  readonly id: string;
  /** How people know it. */
  readonly title: string;
}

/** How things of one type are found by their owner and given to another. */
interface OwnedType {
  readonly type: string;
  /** Those that are open; what is over stays with who owned it. */
  readonly list: (tx: Tx, ownerId: string) => Promise<readonly Pick<OwnedThing, 'id' | 'title'>[]>;
  /** Gives one to another, or to nobody. */
  readonly handOver: (tx: Tx, id: string, to: string | null) => Promise<void>;
}

/** Every type of thing that has an owner; a new one is an entry here. */
const OWNED_TYPES: readonly OwnedType[] = [
  {
    type: 'incident',
    list: async (tx, ownerId) => {
      const { rows } = await tx.query<{ id: string; title: string }>(
        "select id, title from incident where owner_id = $1 and state <> 'closed' order by id",
        [ownerId],
      );
      return rows;
    },
    handOver: async (tx, id, to) => {
      await tx.query('update incident set owner_id = $2 where id = $1', [id, to]);
    },
  },
  {
    type: 'finding',
    list: async (tx, ownerId) => {
      const { rows } = await tx.query<{ id: string; title: string }>(
        "select id, statement as title from finding where owner = $1 and state = 'open' order by id",
        [ownerId],
      );
      return rows;
    },
    handOver: async (tx, id, to) => {
      await tx.query('update finding set owner = $2 where id = $1', [id, to]);
    },
  },
  {
    type: 'matter',
    list: async (tx, ownerId) => {
      const { rows } = await tx.query<{ id: string; title: string }>(
        "select id, name as title from matter where owner_id = $1 and state <> 'closed' order by id",
        [ownerId],
      );
      return rows;
    },
    handOver: async (tx, id, to) => {
      await tx.query('update matter set owner_id = $2 where id = $1', [id, to]);
    },
  },
  {
    type: 'request',
    // Known by its kind: the name of the person goes with an erasure, and this list stays.
    list: async (tx, ownerId) => {
      const { rows } = await tx.query<{ id: string; title: string }>(
        'select id, kind as title from subject_request where owner_id = $1 and ended_at is null order by id',
        [ownerId],
      );
      return rows;
    },
    handOver: async (tx, id, to) => {
      await tx.query('update subject_request set owner_id = $2 where id = $1', [id, to]);
    },
  },
  { type: 'service', list: listServiceAccountsOf, handOver: handOverServiceAccount },
];

/** Everything open that a person looks after. */
export async function listOwnedBy(tx: Tx, ownerId: string): Promise<OwnedThing[]> {
  const owned: OwnedThing[] = [];
  for (const { type, list } of OWNED_TYPES)
    for (const thing of await list(tx, ownerId)) owned.push({ type, ...thing });
  return owned;
}

/** Gives all of it to another person, or names it ownerless with null. */
export async function handOver(tx: Tx, things: readonly OwnedThing[], to: string | null): Promise<void> {
  for (const { type, id } of things)
    await OWNED_TYPES.find((each) => each.type === type)?.handOver(tx, id, to);
}
