import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  countRemains,
  emptyQueue,
  forgetRemovedCredential,
  listRemains,
  type ConnectionRemains,
} from '../../recorder-core/records/connection-remains.ts';
import { setConnectionState, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { queueDeliveries } from '../../recorder-core/records/deliveries.ts';
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
  const underWay = await emptyQueue(tx, row.id, asking.now);
  if (wish.remains === 'withdraw') await withdrawAll(tx, asking, row.id, underWay);
  await forgetRemovedCredential(tx, row.id);
  return requireConnection(tx, row.id);
}

const PAGE = 5_000;

/** Queues the deletion of everything that the remote system may have, and of what it is being told at this moment. */
async function withdrawAll(
  tx: Tx,
  asking: Asking,
  connectionId: string,
  underWay: readonly string[],
): Promise<void> {
  const queueing = { ...asking, trace: carryTrace() };
  const queue = (ids: readonly string[]) =>
    queueDeliveries(
      tx,
      queueing,
      ids.map((id) => ({
        connectionId,
        operation: 'upsert-recording', // a change as any other, which finds that the connection is not to have it
        subject: { type: 'recording' as const, id },
        withdraws: true,
      })),
    );
  await queue(underWay);
  for (let after: string | null = null; ;) {
    const page: string[] = await listRemains(tx, connectionId, after, PAGE);
    if (page.length === 0) return;
    await queue(page);
    after = page.at(-1) ?? null;
  }
}
