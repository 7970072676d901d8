import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  countRemains,
  emptyQueuePage,
  endSending,
  forgetRemovedCredential,
  listRemains,
  type ConnectionRemains,
} from '../../recorder-core/records/connection-remains.ts';
import { setConnectionState, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { queueDeliveries, type Queueing } from '../../recorder-core/records/deliveries.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';
import { lockForChange, requireConnection } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';

/** What is to become of what the remote system has. */
export interface RemovalWish {
  /** `withdraw`: it is asked to delete everything. `keep`: it keeps it, and is asked at the end of each recording's own time. */
  readonly remains: 'withdraw' | 'keep';
  /** Needed to keep. */
  readonly why?: string | undefined;
}

/** What removing would leave behind, to be asked before. @throws HoldfastError `not_found`. */
export async function planRemoval(tx: Tx, connectionId: string): Promise<ConnectionRemains> {
  return countRemains(tx, (await requireConnection(tx, connectionId)).id);
}

/**
 * Removes a connection: it is told nothing new and takes no events. Its credential stays until the remote system has nothing
 * any more that it would have to be asked to delete.
 * @throws HoldfastError `held` where everything is to be withdrawn and a hold keeps some of it, `conflict` for a connection
 * that an obligation rests on, `invalid_input` where something is to be kept without a reason.
 */
export async function removeConnection(
  tx: Tx,
  asking: Asking,
  connectionId: string,
  wish: RemovalWish,
): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  if (row.mandatory)
    throw new HoldfastError(
      'conflict',
      'An obligation rests on this connection: it is how restricted recordings are found. It cannot be removed.',
    );
  const remains = await countRemains(tx, row.id);
  if (wish.remains === 'withdraw' && remains.held > 0)
    throw new HoldfastError(
      'held',
      `A hold keeps ${remains.held} of the recordings that are there, so they cannot be withdrawn. Release it, or keep what is there with a reason.`,
    );
  if (wish.remains === 'keep' && remains.recordings > 0 && wish.why === undefined)
    throw new HoldfastError(
      'invalid_input',
      `The remote system has ${remains.recordings} recordings. Say why it keeps them, or have them withdrawn.`,
      { field: '/body/why' },
    );
  await setConnectionState(tx, row.id, 'removed', asking.now, { what: wish.remains, why: wish.why ?? null });
  await noteConnection(tx, asking, row.id, 'removed', {
    remains: wish.remains,
    recordings: remains.recordings,
    held: remains.held,
  });
  const underWay = await endSending(tx, row.id, asking.now);
  if (wish.remains === 'withdraw') await queueWithdrawals(tx, asking, row.id, underWay);
  await removalStep(tx, asking, { connectionId: row.id, after: null }, PAGE);
  await forgetRemovedCredential(tx, row.id);
  return requireConnection(tx, row.id);
}

/** What one transaction takes out of the queue, and puts into it. */
const PAGE = 5_000;

/** How far a removal has come. */
interface RemovalStep {
  readonly connectionId: string;
  /** The recording whose withdrawal was queued last, in the order of ids. */
  readonly after: string | null;
}

/**
 * Goes on with a removal, one step a message of the outbox, so that no transaction holds more than a page of it. Whoever is
 * killed in between leaves the message of the next step; a step that is done twice queues nothing twice.
 */
export async function continueRemoval(db: Database, tenantId: string, step: RemovalStep): Promise<void> {
  const queueing = { tenantId, now: new Date(), newId: (at: Date) => newId(at.getTime()) };
  await db.forTenant(tenantId, async (tx) => {
    await removalStep(tx, queueing, step, PAGE);
    await forgetRemovedCredential(tx, step.connectionId);
  });
}

/**
 * Takes a page out of the queue of a removed connection, queues a page of deletions where everything is to be withdrawn, and
 * announces the next step where there may be more. Exported for its test: `limit` is the size of a page.
 */
export async function removalStep(
  tx: Tx,
  queueing: Queueing,
  { connectionId, after }: RemovalStep,
  limit: number,
): Promise<void> {
  const row = await requireConnection(tx, connectionId);
  const page = row.remains === 'withdraw' ? await listRemains(tx, connectionId, after, limit) : [];
  await queueWithdrawals(tx, queueing, connectionId, page);
  const emptied = await emptyQueuePage(tx, connectionId, queueing.now, limit);
  if (page.length < limit && emptied < limit) return;
  await insertOutbox(tx, {
    tenantId: queueing.tenantId,
    id: queueing.newId(queueing.now),
    topic: 'connection.removed',
    payload: { connectionId, after: page.at(-1) ?? after },
    trace: carryTrace(),
  });
}

async function queueWithdrawals(
  tx: Tx,
  queueing: Queueing,
  connectionId: string,
  ids: readonly string[],
): Promise<void> {
  await queueDeliveries(
    tx,
    { ...queueing, trace: carryTrace() },
    ids.map((id) => ({
      connectionId,
      operation: 'upsert-recording', // a change as any other, which finds that the connection is not to have it
      subject: { type: 'recording' as const, id },
      withdraws: true,
    })),
  );
}
