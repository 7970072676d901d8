import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remedyOf } from '../../connectors/kit/remote-error.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { ClaimedDelivery } from '../../recorder-core/records/deliveries.ts';
import { insertAttempts, type DeliveryAttempt } from '../../recorder-core/records/delivery-attempts.ts';
import { insertBatch } from '../../recorder-core/records/delivery-batches.ts';
import { noteGate } from '../../recorder-core/records/delivery-gates.ts';
import { readConstrained } from '../../recorder-core/records/recordings.ts';
import { settleDeliveries, type DeliverySettlement } from '../../recorder-core/records/settle-deliveries.ts';
import { isUnwanted } from '../connectors/recording-document.ts';
import { keepReceipts, resultOf, type Answered } from '../connectors/store-receipt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { randomFraction } from '../random-fraction.ts';
import {
  judgeBatch,
  type AnsweredBatch,
  type ConnectionFailure,
  type JudgedDelivery,
} from './judge-batch.ts';
import { saysHowLong, type NextStep } from './next-step.ts';

/** What has to be known of a batch before the next one is sent. */
export interface SettledBatch {
  /** The connection failed as such. */
  readonly failed: boolean;
  /** What failed together and is still held under the lease, as it stands now: it may be sent at once, in smaller parts. */
  readonly kept: readonly ClaimedDelivery[];
}

/**
 * Settles a batch in one transaction: what becomes of each delivery, what the batch took and an attempt for each of the
 * others, a receipt and a leaf for each answer that is final or in doubt, and how the connection fares. What was disposed of or
 * restricted while it was being sent stays queued, as a deletion. What may be sent at once in smaller parts is settled as if it
 * were not, and stays under the lease.
 */
export async function settleBatch(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  batch: AnsweredBatch,
): Promise<SettledBatch> {
  const now = deps.now();
  const { failure, judged: settled } = judgeBatch(batch, now, randomFraction);
  const receiptIds = await keepAnswers(deps, tx, tenantId, batch, settled);
  const changed = await changedMeanwhile(tx, batch, settled);
  const { connection, leaseId, version } = batch;
  const kept = { ...batch, id: deps.newId(now), connectionId: connection.id, connectionVersion: version };
  const settlements = settled.map((one) => settlementOf(batch, one, receiptIds, changed, now));
  const taken = await settleDeliveries(
    tx,
    { connectionId: connection.id, leaseId, now, batchId: kept.id },
    settlements,
  );
  await insertBatch(tx, tenantId, kept, taken);
  const named = new Set(taken);
  const others = settled.filter(({ sent }) => !named.has(sent.delivery.id));
  await insertAttempts(
    tx,
    tenantId,
    kept,
    others.map((one) => attemptOf(one, receiptIds)),
  );
  await tellGate(tx, tenantId, batch, failure, now);
  return {
    failed: failure !== undefined,
    kept: settlements.filter(({ keeps }) => keeps).map((one) => goesOnAs(one, now)),
  };
}

/** Receipts of what is final or in doubt; what is merely tried again has its attempt. By the id of the delivery. */
async function keepAnswers(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  { connection, operation }: AnsweredBatch,
  settled: readonly JudgedDelivery[],
): Promise<ReadonlyMap<string, string>> {
  const kept = settled.filter(
    ({ outcome, step }) => step.state !== 'queued' || outcome.outcome === 'unknown',
  );
  const answered = kept.map(({ sent, outcome }): Answered => ({
    connectionId: connection.id,
    operation,
    record: sent.record,
    outcome,
    deliveryId: sent.delivery.id,
  }));
  const ids = await keepReceipts(deps, tx, tenantId, answered);
  return new Map(kept.map(({ sent }, index) => [sent.delivery.id, ids[index] ?? '']));
}

/** Of what may be there now, the recordings that are not to be there any more. */
async function changedMeanwhile(
  tx: Tx,
  { connection, operation }: AnsweredBatch,
  settled: readonly JudgedDelivery[],
): Promise<ReadonlySet<string>> {
  if (operation === 'delete-recording') return new Set();
  const there = settled
    .filter(({ outcome }) => outcome.outcome !== 'rejected')
    .map(({ sent }) => sent.delivery.subject.id);
  if (connection.remains === 'withdraw') return new Set(there);
  const constrained = await readConstrained(tx, there);
  return new Set(constrained.filter((one) => isUnwanted(one, connection)).map(({ id }) => id));
}

function settlementOf(
  { operation, version, stopped }: AnsweredBatch,
  { sent, outcome, step, error }: JudgedDelivery,
  receiptIds: ReadonlyMap<string, string>,
  changed: ReadonlySet<string>,
  now: Date,
): DeliverySettlement {
  const { delivery } = sent;
  const withdraws = changed.has(delivery.subject.id);
  return {
    delivery,
    state: withdraws ? 'queued' : step.state,
    dueAt: withdraws ? now : new Date(now.getTime() + step.waitMs),
    doubtful: step.doubtful,
    most: step.most,
    faults: step.faults,
    keeps: step.cut && !withdraws && !stopped,
    withdraws: withdraws || (operation === 'delete-recording' && step.state === 'queued'),
    connectionVersion: isPinned(outcome, step) ? version : null,
    error,
    receiptId: receiptIds.get(delivery.id) ?? null,
  };
}

/**
 * Whether what comes next goes by the version of the connection that this attempt went by. Where the connection failed and nothing
 * can have arrived it goes by the current one: a person may have put right by a new version what it failed by.
 */
function isPinned(outcome: Outcome, { state, doubtful }: NextStep): boolean {
  return (
    state !== 'queued' || doubtful || outcome.outcome !== 'rejected' || outcome.error.scope !== 'connection'
  );
}

function attemptOf(
  { sent, outcome, error }: JudgedDelivery,
  receiptIds: ReadonlyMap<string, string>,
): DeliveryAttempt {
  return {
    deliveryId: sent.delivery.id,
    number: sent.delivery.attempt,
    outcome: outcome.outcome,
    result: outcome.outcome === 'done' ? resultOf(outcome.receipt) : null,
    errorClass: error?.class ?? null,
    errorCode: error?.code ?? null,
    errorTitle: error?.title ?? null,
    receiptId: receiptIds.get(sent.delivery.id) ?? null,
  };
}

async function tellGate(
  tx: Tx,
  tenantId: string,
  { connection, outcomes }: AnsweredBatch,
  failure: ConnectionFailure | undefined,
  now: Date,
): Promise<void> {
  const error = failure?.error;
  const done = outcomes.some(({ outcome }) => outcome === 'done');
  const news = {
    done,
    failed: error !== undefined && !saysHowLong(error),
    closedUntil: failure === undefined ? null : new Date(now.getTime() + failure.pauseMs),
    errorClass: error?.class ?? null,
    errorTitle: error?.title ?? null,
    errorFix: error === undefined ? null : remedyOf(error),
  };
  if (done || error !== undefined) await noteGate(tx, tenantId, connection.id, news, now);
}

/** Deliveries that are over, or put back, without anything having been sent. */
export function unsent(
  delivery: ClaimedDelivery,
  state: 'rejected' | 'queued',
  now: Date,
): DeliverySettlement {
  return {
    delivery,
    state,
    dueAt: now,
    doubtful: state === 'queued' && delivery.doubtful,
    most: delivery.most,
    faults: delivery.faults,
    keeps: false,
    withdraws: false,
    connectionVersion: delivery.connectionVersion,
    error: null,
    receiptId: null,
  };
}

/** A delivery as whoever still holds it sends it again. Pure. */
function goesOnAs(settlement: DeliverySettlement, now: Date): ClaimedDelivery {
  const { delivery, doubtful, most, faults, connectionVersion } = settlement;
  return {
    ...delivery,
    attempt: delivery.attempt + 1,
    doubtful,
    most,
    faults,
    connectionVersion,
    firstFailedAt: delivery.firstFailedAt ?? now.toISOString(),
    failedAt: now.toISOString(),
  };
}
