import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Act } from '../../recorder-core/ledger/acts.ts';
import {
  countForBackfill,
  insertBackfill,
  listBackfills,
  moveBackfill,
  type Backfill,
} from '../../recorder-core/records/backfills.ts';
import { readConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { announceDeliveries } from '../../recorder-core/records/deliveries.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Asking } from '../identity/asking.ts';

/** Which recordings: those that began from the first on, until before the second; all up to now where left out. */
export interface BackfillWindow {
  readonly from?: string | undefined;
  readonly before?: string | undefined;
}

/**
 * Begins to tell a connection of older recordings, in a lane of its own that leaves live changes their share of the budget.
 * @throws HoldfastError `not_found`; `conflict` for a connection that is not live, or has a back-fill that is not over;
 * `invalid_input` for a window that ends before it begins.
 */
export async function startBackfill(
  tx: Tx,
  asking: Asking,
  connectionId: string,
  { from, before }: BackfillWindow,
): Promise<Backfill> {
  const connection = await readConnection(tx, connectionId);
  if (connection === undefined)
    throw new HoldfastError('not_found', 'There is no connection with this id in your tenant.');
  if (connection.state !== 'live')
    throw new HoldfastError('conflict', 'Only a live connection can be told of older recordings.');
  const startedBefore = before ?? asking.now.toISOString();
  if (from !== undefined && from >= startedBefore)
    throw new HoldfastError('invalid_input', 'The window has to end after it begins.', {
      field: '/body/before',
    });
  const id = asking.newId(asking.now);
  const made = await insertBackfill(tx, asking.tenantId, {
    id,
    connectionId,
    startedFrom: from ?? null,
    startedBefore,
    askedBy: asking.person.id,
    askedAt: asking.now,
  });
  if (!made)
    throw new HoldfastError(
      'conflict',
      'This connection has a back-fill that is not over. Wait for it, or cancel it.',
    );
  const backfill = await requireBackfill(tx, id);
  await note(tx, asking, 'backfill.started', backfill);
  await announceDeliveries(tx, asking, [{ connectionId, lane: 'backfill' }]);
  return backfill;
}

/** What a back-fill of everything would come to now, and why none can begin; null where one can. */
export interface BackfillForecast {
  readonly recordings: number;
  readonly refusal: 'not-live' | 'under-way' | null;
}

/** Looks at what sending all older recordings again to a connection would come to. Changes nothing. */
export async function forecastBackfill(
  tx: Tx,
  connection: Pick<ConnectionRow, 'id' | 'state'>,
  now: Date,
): Promise<BackfillForecast> {
  const open = (await listBackfills(tx, { connectionId: connection.id })).some(
    ({ state }) => state === 'running' || state === 'paused',
  );
  return {
    recordings: await countForBackfill(tx, now.toISOString()),
    refusal: connection.state !== 'live' ? 'not-live' : open ? 'under-way' : null,
  };
}

const MOVES = {
  pause: { from: ['running'], to: 'paused', act: 'backfill.paused' },
  resume: { from: ['paused'], to: 'running', act: 'backfill.resumed' },
  cancel: { from: ['running', 'paused'], to: 'cancelled', act: 'backfill.cancelled' },
} as const satisfies Record<string, { from: readonly Backfill['state'][]; to: Backfill['state']; act: Act }>;

/** What can be done to a back-fill that is not over. */
export type BackfillMove = keyof typeof MOVES;

/** Pauses, resumes or cancels a back-fill; what is under way is still sent. @throws HoldfastError `not_found`, `conflict`. */
export async function moveBackfillBy(
  tx: Tx,
  asking: Asking,
  id: string,
  move: BackfillMove,
): Promise<Backfill> {
  const { from, to, act } = MOVES[move];
  const before = await requireBackfill(tx, id);
  if (before.state === to) return before;
  if (!(await moveBackfill(tx, id, from, to, asking.now)))
    throw new HoldfastError('conflict', `This back-fill is ${before.state}, so nothing was changed.`);
  const after = await requireBackfill(tx, id);
  await note(tx, asking, act, after);
  if (move === 'resume')
    await announceDeliveries(tx, asking, [{ connectionId: after.connectionId, lane: 'backfill' }]);
  return after;
}

/** One back-fill. @throws HoldfastError `not_found`. */
export async function requireBackfill(tx: Tx, id: string): Promise<Backfill> {
  const [found] = await listBackfills(tx, { id });
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no back-fill with this id in your tenant.');
}

async function note(
  tx: Tx,
  { tenantId, person, now }: Asking,
  act: Act,
  { id, connectionId, total, queued, startedFrom, startedBefore }: Backfill,
): Promise<void> {
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act,
      object: { type: 'connection', id: connectionId },
      outcome: 'done',
      facts: { backfillId: id, total, queued, startedFrom, startedBefore },
    },
    actedBy(person),
  );
}
