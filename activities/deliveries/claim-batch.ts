import { queueBackfillPage } from '../../recorder-core/records/backfills.ts';
import { readConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  claimDeliveries,
  isLongQueue,
  nextDue,
  type ClaimedDelivery,
  type DueDeliveries,
} from '../../recorder-core/records/deliveries.ts';
import { giveUpLease, shrinkLease, takeOverLeases } from '../../recorder-core/records/delivery-leases.ts';
import { readGate, type DeliveryGate } from '../../recorder-core/records/delivery-gates.ts';
import type { DeliveryProgress } from '../connector-contract.ts';
import type { DeliveryQueueRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { forgetCredential } from '../connectors/forget-credential.ts';
import { claimSize, type BatchPace } from './claim-size.ts';
import { takeoverAt } from './dead-worker.ts';

/** Longer than any batch may take; what a killed worker held is given back sooner, by the next attempt of its work. */
const LEASE_MS = 10 * 60_000;

/** How a claim is made. */
export interface ClaimOptions {
  /** Where there is more than this claim takes nothing is claimed, and the answer says that there is more. */
  readonly unlessLong?: boolean;
  /** How the batch before it went, for how many it takes. */
  readonly last?: BatchPace | undefined;
  /** While another batch is sent: nothing that is under suspicion, which is sent by itself. */
  readonly ahead?: boolean;
}

/** One activity's work on a queue. */
export interface QueueWork {
  readonly deps: ActivityDependencies;
  readonly queue: DeliveryQueueRef;
  /** Whose leases its claims are: this attempt of this activity. */
  readonly holder: string;
  readonly signal: AbortSignal;
}

/** What was claimed. */
export interface ClaimedBatch {
  readonly leaseId: string;
  readonly claimed: readonly ClaimedDelivery[];
  readonly width: number;
  /** There may be more that can be sent at the same time. */
  readonly isFull: boolean;
}

/** A batch, or why there is none. */
export type Claim = ClaimedBatch | { readonly progress: DeliveryProgress };

/** Claims what is due, in a transaction of its own. */
export function claimBatch(
  { deps, queue, holder }: QueueWork,
  { unlessLong = false, last, ahead = false }: ClaimOptions = {},
): Promise<Claim> {
  return deps.db.forTenant(queue.tenantId, async (tx) => {
    const now = deps.now();
    const connection = await readConnection(tx, queue.connectionId);
    // One that is being set up is told nothing yet; one that was removed only forgets.
    if (connection === undefined || connection.state === 'draft') return nothing(1);
    const limits = deps.deliveryLimits(connection.connector);
    const { batch, width } = limits;
    const gate = await readGate(tx, connection.id);
    if (isClosed(gate, now)) return nothing(width, gate.closedUntil);
    // After failures of the connection one record shows whether it is back.
    const tries = gate.failures > 0;
    const limit = tries ? 1 : claimSize(limits, last);
    const due: DueDeliveries = { ...queue, now, limit, withdrawalsOnly: connection.state !== 'live' };
    await takeOverLeases(tx, connection.id, takeoverAt(now));
    if (unlessLong && !tries && (await isLongQueue(tx, due))) return more(width);
    const leaseId = deps.newId(now);
    const all = await claimDeliveries(tx, {
      ...due,
      tenantId: queue.tenantId,
      leaseId,
      holder,
      leaseUntil: new Date(now.getTime() + LEASE_MS),
    });
    const claimed = together(all, ahead);
    await leaveOut(tx, leaseId, all, claimed);
    if (claimed.length > 0) {
      const isCalm = claimed[0]?.most === null && !tries;
      return { leaseId, claimed, width, isFull: all.length === limit && isCalm };
    }
    if (await queuesMore(deps, tx, queue, connection, batch * width, now)) return more(width);
    await forgetCredential(tx, queue.tenantId, connection.id, now);
    return nothing(width, await nextLook(tx, queue, now));
  });
}

/**
 * What of it goes together: all that never failed with others, or one part of what did, so that a worker which dies has nothing
 * else to blame. Pure.
 */
export function together(due: readonly ClaimedDelivery[], ahead: boolean): readonly ClaimedDelivery[] {
  const most = ahead ? null : (due[0]?.most ?? null);
  const alike = due.filter((one) => one.most === most);
  return most === null ? alike : alike.slice(0, most);
}

async function leaveOut(
  tx: Tx,
  leaseId: string,
  all: readonly ClaimedDelivery[],
  claimed: readonly ClaimedDelivery[],
): Promise<void> {
  if (claimed.length === all.length) return;
  const taken = new Set(claimed);
  const left = all.filter((one) => !taken.has(one)).map(({ id }) => id);
  await shrinkLease(tx, leaseId, left, all.length);
}

/** Whether nothing may be sent now. Pure. */
export function isClosed({ closedUntil }: DeliveryGate, now: Date): boolean {
  return closedUntil !== null && closedUntil > now;
}

/** Gives back what was claimed and not sent, as it was before. */
export async function putBack({ deps, queue }: QueueWork, { leaseId }: ClaimedBatch): Promise<void> {
  await deps.db.forTenant(queue.tenantId, (tx) => giveUpLease(tx, leaseId));
}

function nothing(width: number, nextAt: Date | null = null): Claim {
  return { progress: { sent: 0, more: false, nextAt: nextAt?.toISOString() ?? null, width } };
}

function more(width: number): Claim {
  return { progress: { sent: 0, more: true, nextAt: null, width } };
}

/** Older recordings are queued as they are needed, so that millions of them wait in their window and not in the queue. */
async function queuesMore(
  { newId }: ActivityDependencies,
  tx: Tx,
  queue: DeliveryQueueRef,
  connection: ConnectionRow,
  limit: number,
  now: Date,
): Promise<boolean> {
  if (queue.lane !== 'backfill' || connection.state !== 'live') return false;
  return (await queueBackfillPage(tx, { ...queue, now, newId }, connection.id, limit)) > 0;
}

/** What is due and could not be claimed waits for a person, or is another worker's. */
async function nextLook(tx: Tx, queue: DeliveryQueueRef, now: Date): Promise<Date | null> {
  const next = await nextDue(tx, queue);
  return next !== null && next > now ? next : null;
}
