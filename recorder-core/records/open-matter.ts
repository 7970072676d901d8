import { HoldfastError } from '../errors.ts';
import { announceMatter } from './announce-matter.ts';
import type { Tx } from './database.ts';
import { leafActor, personOf, type HoldActor } from './hold-actor.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertMatter, lockMatter, setReview, type Matter } from './matters.ts';
import type { HoldTools } from './place-hold.ts';

/** A matter that is to be opened. */
export interface MatterOrder {
  readonly tenantId: string;
  readonly name: string;
  readonly externalId?: string;
  readonly connectionId?: string;
  readonly tags: readonly string[];
  readonly reviewAt: string | null;
  readonly by: HoldActor;
  readonly now: Date;
}

type Tools = Pick<HoldTools, 'newId' | 'trace'>;

/** Opens a matter, with its leaf and its run. @throws HoldfastError `conflict` where one of that name or case exists. */
export async function openMatter(tx: Tx, tools: Tools, order: MatterOrder): Promise<Matter> {
  const { tenantId, name, tags, reviewAt, by, now } = order;
  const id = tools.newId(now);
  const made = await insertMatter(tx, tenantId, {
    id,
    name,
    externalId: order.externalId ?? null,
    connectionId: order.connectionId ?? null,
    tags,
    openedBy: personOf(by),
    openedAt: now.toISOString(),
    reviewAt,
  });
  if (!made)
    throw new HoldfastError(
      'conflict',
      'There is a matter of this name already. Place the hold in it, or choose another name.',
      {
        field: '/body/name',
      },
    );
  const { personal, facts } = leafActor(by);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'matter.opened',
      object: { type: 'matter', id },
      outcome: 'done',
      facts: { ...facts, tags: [...tags] },
    },
    { ...personal, matter: name, ...(order.externalId === undefined ? {} : { case: order.externalId }) },
  );
  await announceMatter(tx, tools, { tenantId, matterId: id, now });
  return lockMatter(tx, id);
}

/** Notes a review of a matter and the date of the next. @throws HoldfastError `not_found`. */
export async function reviewMatter(
  tx: Tx,
  tools: Tools,
  review: {
    readonly tenantId: string;
    readonly matterId: string;
    readonly reviewAt: string | null;
    readonly remark: string;
    readonly person: LeafPerson;
    readonly now: Date;
  },
): Promise<Matter> {
  const { tenantId, matterId, reviewAt, remark, person, now } = review;
  const { name } = await lockMatter(tx, matterId);
  await setReview(tx, matterId, reviewAt);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'matter.reviewed',
      object: { type: 'matter', id: matterId },
      outcome: 'done',
      facts: { reviewAt },
    },
    { ...actedBy(person), matter: name, remark },
  );
  await announceMatter(tx, tools, { tenantId, matterId, now });
  return lockMatter(tx, matterId);
}
