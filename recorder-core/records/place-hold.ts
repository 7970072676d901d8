import { HoldfastError } from '../errors.ts';
import type { HoldQuery } from '../policy/hold-query.ts';
import type { TombstoneJournal } from '../vault/tombstone-journal.ts';
import { announceMatter } from './announce-matter.ts';
import type { Tx } from './database.ts';
import {
  closeHoldGate,
  insertHold,
  lockForHold,
  lockReachedInDisposal,
  readHold,
  type Hold,
  type HoldKind,
} from './holds.ts';
import { leafActor, personOf, type HoldActor } from './hold-actor.ts';
import { insertSpread, type SpreadAct } from './hold-spreads.ts';
import { appendLeaf, appendLeaves } from './ledger-log.ts';
import { findMatter, insertMatter, lockMatter, setMatterState } from './matters.ts';
import { insertOutbox } from './outbox.ts';
import { touchRecordings } from './recordings.ts';
import { withdrawTombstones } from './tombstones.ts';

/** What placing a hold works with. */
export interface HoldTools {
  readonly journal: TombstoneJournal;
  readonly newId: (at: Date) => string;
  /** Trace context of the act, for what follows from it. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** A hold that is to be placed. */
export interface HoldOrder {
  readonly tenantId: string;
  /** Placed under this id once, however often it is ordered; left out, a new one is drawn. */
  readonly holdId?: string | undefined;
  /** Name or id of the matter; one of a new name is opened. */
  readonly matter: string;
  readonly kind: HoldKind;
  readonly reason: string;
  readonly recordingIds: readonly string[];
  /** As `makeHoldQuery` made it. */
  readonly query: HoldQuery | null;
  readonly by: HoldActor;
  readonly now: Date;
}

/**
 * Places a hold: from the commit on nothing that it reaches is disposed of, also of what is captured later. Tombstones of
 * what is on its way out are taken back. No row of what a query reaches is written here; connected systems and the object
 * store learn of it afterwards, in pages (topic `hold.changed`). A closed matter is open again.
 * All or nothing for named recordings: a hold on one that is gone would promise what cannot be kept.
 * @throws HoldfastError `invalid_input` for a hold on nothing, `not_found`, `gone`.
 */
export async function placeHold(tx: Tx, tools: HoldTools, order: HoldOrder): Promise<Hold> {
  const { tenantId, query, now } = order;
  const recordingIds = [...new Set(order.recordingIds)];
  if (recordingIds.length === 0 && query === null)
    throw new HoldfastError('invalid_input', 'A hold names recordings, states a query, or both.', {
      field: '/body/recordingIds',
    });
  const id = order.holdId ?? tools.newId(now);
  const before = order.holdId === undefined ? undefined : await readHold(tx, id);
  if (before !== undefined) return before;
  if (query !== null) await closeHoldGate(tx);
  const matter = await openMatter(tx, tools, order);
  await requireHoldable(tx, recordingIds);
  await noteMatter(tx, order, matter);
  const at = now.toISOString();
  await insertHold(tx, tenantId, {
    id,
    matterId: matter.id,
    kind: order.kind,
    reason: order.reason,
    placedBy: personOf(order.by),
    placedThrough: 'connectionId' in order.by ? order.by.connectionId : null,
    placedAt: at,
    recordingIds,
    query,
  });
  const hold = await readHold(tx, id);
  if (hold === undefined) throw new Error('The hold vanished inside its own transaction.');
  await withdrawReached(tx, tools, hold, at);
  await noteHoldChange(tx, tools, {
    tenantId,
    act: 'hold.placed',
    hold,
    by: order.by,
    now,
    reason: order.reason,
  });
  await announceMatter(tx, tools, { tenantId, matterId: matter.id, now });
  return hold;
}

/**
 * Takes back the tombstones of all that a hold in force reaches: a disposal under way has not come to its keys yet, so the
 * hold wins, also over a later restore. Behind the gate where it has a query, and under the locks of what it names.
 */
export async function withdrawReached(
  tx: Tx,
  { journal }: Pick<HoldTools, 'journal'>,
  { id, recordingIds, query }: Hold,
  at: string,
): Promise<void> {
  const reached = query === null ? [] : await lockReachedInDisposal(tx, id);
  await withdrawTombstones(tx, journal, [...new Set([...recordingIds, ...reached])].sort(), at);
}

/** A hold that was just placed, released or restored. */
export interface HoldChange {
  readonly tenantId: string;
  readonly act: SpreadAct;
  readonly hold: Hold;
  readonly by: HoldActor;
  readonly now: Date;
  readonly reason: string;
}

/**
 * What every change of a hold brings with it. For each named recording: a new revision, word to the connected systems, a
 * leaf. For a query: a leaf about the matter, and word that what it reaches is to be told in pages.
 */
export async function noteHoldChange(
  tx: Tx,
  { newId, trace = {} }: Pick<HoldTools, 'newId' | 'trace'>,
  { tenantId, act, hold, by, now, reason }: HoldChange,
): Promise<void> {
  const { id: holdId, kind, recordingIds, query } = hold;
  const actor = leafActor(by);
  const personal = { ...actor.personal, matter: hold.matter, reason };
  await touchRecordings(tx, recordingIds);
  const changes = recordingIds.map((recordingId) => ({
    tenantId,
    id: newId(now),
    topic: 'recording.changed' as const,
    payload: { recordingId },
    trace,
  }));
  await insertOutbox(tx, ...changes);
  const leaf = { at: now, act, outcome: 'done' };
  await appendLeaves(
    tx,
    tenantId,
    recordingIds.map((id) => ({
      leaf: { ...leaf, object: { type: 'recording', id }, facts: { ...actor.facts, holdId } },
      personal,
    })),
  );
  const facts = { ...actor.facts, holdId, kind, recordings: recordingIds.length, byQuery: query !== null };
  await appendLeaf(
    tx,
    tenantId,
    { ...leaf, object: { type: 'matter', id: hold.matterId }, facts },
    { ...personal, ...(query === null ? {} : { query: JSON.stringify(query) }) },
  );
  if (query === null) return;
  const spreadId = newId(now);
  await insertSpread(tx, tenantId, { id: spreadId, holdId, act });
  await insertOutbox(tx, { tenantId, id: newId(now), topic: 'hold.changed', payload: { spreadId }, trace });
}

/** A matter under its lock, and what was done to it for this order. */
interface OrderedMatter {
  readonly id: string;
  readonly act: 'matter.opened' | 'matter.reopened' | undefined;
}

/** Opens the matter of an order where there is none of that name, or again where it was closed. */
async function openMatter(tx: Tx, { newId }: HoldTools, order: HoldOrder): Promise<OrderedMatter> {
  const { tenantId, by, now } = order;
  const newMatter = {
    id: newId(now),
    name: order.matter,
    externalId: null,
    connectionId: null,
    tags: [],
    openedBy: personOf(by),
    openedAt: now.toISOString(),
    reviewAt: null,
  };
  const known = await findMatter(tx, order.matter);
  if (known === undefined && (await insertMatter(tx, tenantId, newMatter)))
    return { id: newMatter.id, act: 'matter.opened' };
  const { id } = known ?? (await findMatter(tx, order.matter)) ?? newMatter; // somebody else may have opened it just now
  const { state } = await lockMatter(tx, id);
  if (state !== 'closed') return { id, act: undefined };
  await setMatterState(tx, id, 'open', now.toISOString());
  return { id, act: 'matter.reopened' };
}

async function noteMatter(
  tx: Tx,
  { tenantId, by, now, matter, reason }: HoldOrder,
  { id, act }: OrderedMatter,
): Promise<void> {
  if (act === undefined) return;
  const { personal, facts } = leafActor(by);
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act, object: { type: 'matter', id }, outcome: 'done', facts },
    { ...personal, matter, reason },
  );
}

async function requireHoldable(tx: Tx, recordingIds: readonly string[]): Promise<void> {
  const found = await lockForHold(tx, recordingIds);
  if (found.length < recordingIds.length) {
    throw new HoldfastError(
      'not_found',
      'One of the recordings does not exist in your tenant, so no hold was placed.',
      { field: '/body/recordingIds' },
    );
  }
  if (found.some(({ destroyed }) => destroyed)) {
    throw new HoldfastError(
      'gone',
      'One of the recordings was already disposed of, so no hold was placed. Its certificate says when and why.',
    );
  }
}
