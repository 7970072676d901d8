import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { queueBackfillPage } from '../../recorder-core/records/backfills.ts';
import { readConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  claimDeliveries,
  giveBackLeases,
  nextDue,
  type ClaimedDelivery,
} from '../../recorder-core/records/deliveries.ts';
import { readGate, type DeliveryGate } from '../../recorder-core/records/delivery-gates.ts';
import { settleDeliveries } from '../../recorder-core/records/settle-deliveries.ts';
import type { ConnectorActivities, DeliveryProgress } from '../connector-contract.ts';
import type { DeliveryQueueRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { forgetCredential } from '../connectors/forget-credential.ts';
import { prepareDeliveries } from './prepare-deliveries.ts';
import { sendPrepared } from './send-prepared.ts';
import { unsent } from './settle-batch.ts';

/** One call of the activity goes on for this long where there is more; short, so that a worker can be stopped. */
const SLICE_MS = 20_000;
/** Longer than any batch may take; what a killed worker held is given back sooner, by the next attempt of its work. */
const LEASE_MS = 10 * 60_000;
const BATCH_TIMEOUT_MS = 9 * 60_000;

/** See `ConnectorActivities.deliverDue`. */
export function deliverDue(deps: ActivityDependencies): ConnectorActivities['deliverDue'] {
  return async ({ batches = Infinity, ...queue }) => {
    const { info, cancellationSignal } = Context.current();
    const { tenantId } = queue;
    const leaseOf = (attempt: number): string =>
      leaseIdOf([info.workflowExecution?.runId ?? '', info.activityId, attempt]);
    const ofEarlier = Array.from({ length: info.attempt - 1 }, (_none, index) => leaseOf(index + 1));
    if (ofEarlier.length > 0)
      await deps.db.forTenant(tenantId, (tx) => giveBackLeases(tx, ofEarlier, deps.now()));
    const work = { deps, queue, leaseId: leaseOf(info.attempt), signal: cancellationSignal };
    const endsAt = deps.now().getTime() + SLICE_MS;
    let sent = 0;
    for (let batch = 1; ; batch += 1) {
      const claim = await claimBatch(work);
      if ('progress' in claim) return { ...claim.progress, sent };
      await deliver(work, claim);
      sent += claim.claimed.length;
      cancellationSignal.throwIfAborted();
      const isOver = deps.now().getTime() >= endsAt || (batch >= batches && claim.isFull);
      if (isOver) return { sent, more: true, nextAt: null, width: claim.width };
    }
  };
}

/** One activity's work on a queue. */
export interface QueueWork {
  readonly deps: ActivityDependencies;
  readonly queue: DeliveryQueueRef;
  readonly leaseId: string;
  readonly signal: AbortSignal;
}

/** What was claimed, and of which connection. */
export interface ClaimedBatch {
  readonly connection: ConnectionRow;
  readonly gate: DeliveryGate;
  readonly claimed: readonly ClaimedDelivery[];
  readonly width: number;
  /** There may be more. */
  readonly isFull: boolean;
}

/** The lease of one attempt of one activity: whoever comes after it can name it. */
function leaseIdOf(parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function claimBatch({
  deps,
  queue,
  leaseId,
}: QueueWork): Promise<ClaimedBatch | { readonly progress: DeliveryProgress }> {
  return deps.db.forTenant(queue.tenantId, async (tx) => {
    const now = deps.now();
    const connection = await readConnection(tx, queue.connectionId);
    // One that is being set up is told nothing yet; one that was removed only forgets.
    if (connection === undefined || connection.state === 'draft')
      return { progress: { sent: 0, more: false, nextAt: null, width: 1 } };
    const { batch, width } = deps.deliveryLimits(connection.connector);
    const gate = await readGate(tx, connection.id);
    if (gate.closedUntil !== null && gate.closedUntil > now)
      return { progress: { sent: 0, more: false, nextAt: gate.closedUntil.toISOString(), width } };
    // After failures of the connection one record shows whether it is back.
    const limit = gate.failures > 0 ? 1 : batch;
    const claimed = await claimDeliveries(tx, {
      ...queue,
      leaseId,
      now,
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      limit,
      withdrawalsOnly: connection.state !== 'live',
    });
    // Older recordings are queued as they are needed, so that millions of them wait in their window and not in the queue.
    if (claimed.length === 0 && queue.lane === 'backfill' && connection.state === 'live')
      if (
        (await queueBackfillPage(tx, { ...queue, now, newId: deps.newId }, connection.id, batch * width)) > 0
      )
        return { progress: { sent: 0, more: true, nextAt: null, width } };
    if (claimed.length > 0) return { connection, gate, claimed, width, isFull: claimed.length === limit };
    await forgetCredential(tx, queue.tenantId, connection.id, now);
    return { progress: { sent: 0, more: false, nextAt: await nextLook(tx, queue, now), width } };
  });
}

/** What is due and could not be claimed waits for a person, or is another worker's. */
async function nextLook(tx: Tx, queue: DeliveryQueueRef, now: Date): Promise<string | null> {
  const next = await nextDue(tx, queue);
  return next !== null && next > now ? next.toISOString() : null;
}

/**
 * The claim is committed before the rows are read: whoever condemns a recording after that sees the lease, and whoever did
 * before is seen here.
 */
async function deliver(work: QueueWork, claim: ClaimedBatch): Promise<void> {
  const { deps, queue, leaseId } = work;
  const prepared = await deps.db.forTenant(queue.tenantId, async (tx) => {
    const all = await prepareDeliveries(deps, tx, queue.tenantId, claim.connection, claim.claimed);
    const now = deps.now();
    const settled = all.flatMap(({ act, delivery }) =>
      act === 'send' ? [] : [unsent(delivery, act === 'drop' ? 'rejected' : 'queued', now)],
    );
    await settleDeliveries(tx, queue.connectionId, leaseId, now, settled);
    return all.filter((one) => one.act === 'send');
  });
  const signal = AbortSignal.any([work.signal, AbortSignal.timeout(BATCH_TIMEOUT_MS)]);
  await sendPrepared({ ...work, signal }, claim, prepared);
}
