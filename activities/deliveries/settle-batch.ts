import { randomInt } from 'node:crypto';
import type { Outcome } from '../../connectors/kit/outcome.ts';
import { remedyOf, type RemoteError } from '../../connectors/kit/remote-error.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { ClaimedDelivery, DeliveryLane } from '../../recorder-core/records/deliveries.ts';
import { insertAttempts, type DeliveryAttempt } from '../../recorder-core/records/delivery-attempts.ts';
import { insertBatch } from '../../recorder-core/records/delivery-batches.ts';
import { noteGate, type DeliveryGate } from '../../recorder-core/records/delivery-gates.ts';
import { readConstrained } from '../../recorder-core/records/recordings.ts';
import {
  settleDeliveries,
  type DeliveryError,
  type DeliverySettlement,
} from '../../recorder-core/records/settle-deliveries.ts';
import { isUnwanted } from '../connectors/recording-document.ts';
import { keepReceipts, resultOf, type Answered } from '../connectors/store-receipt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { deliveryErrorOf } from './delivery-error.ts';
import { isAskedToWait, nextStep, pauseAfter, type NextStep } from './next-step.ts';
import type { PreparedDelivery } from './prepare-deliveries.ts';

/** A delivery that was sent. */
export type SentDelivery = Extract<PreparedDelivery, { act: 'send' }>;

/** A batch that was sent, with one outcome for each delivery. */
export interface AnsweredBatch {
  readonly connection: ConnectionRow;
  readonly lane: DeliveryLane;
  readonly leaseId: string;
  readonly gate: DeliveryGate;
  readonly operation: string;
  readonly deliveries: readonly SentDelivery[];
  readonly outcomes: readonly Outcome[];
  readonly version: number | null;
  readonly traceId: string | null;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly visibleAfterMs: number;
  /** The work was stopped: what failed by that says nothing about the connection. */
  readonly stopped: boolean;
}

interface Settled {
  readonly sent: SentDelivery;
  readonly outcome: Outcome;
  readonly step: NextStep;
  readonly error: DeliveryError | null;
}

/**
 * Settles a batch in one transaction: what becomes of each delivery, what the batch took and an attempt for each of the
 * others, a receipt and a leaf for each answer that is final or in doubt, and how the connection fares. What was disposed of or restricted while it was being sent stays
 * queued, as a deletion.
 */
export async function settleBatch(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  batch: AnsweredBatch,
): Promise<void> {
  const now = deps.now();
  const random = (): number => randomInt(2 ** 32) / 2 ** 32;
  const settled = batch.deliveries.map((sent, index): Settled => {
    const outcome = outcomeAt(batch, index);
    const { attempt, firstFailedAt, doubtful } = sent.delivery;
    const { visibleAfterMs, deliveries } = batch;
    const together = deliveries.length;
    const error = outcome.outcome === 'done' ? null : deliveryErrorOf(batch.operation, outcome.error);
    const alike = error !== null && error.fingerprint === sent.delivery.fingerprint;
    const attempted = { outcome, attempt, firstFailedAt, doubtful, alike, together, visibleAfterMs };
    return { sent, outcome, step: nextStep(attempted, now, random), error };
  });
  const receiptIds = await keepAnswers(deps, tx, tenantId, batch, settled);
  const changed = await changedMeanwhile(tx, batch, settled);
  const { connection, leaseId, version } = batch;
  const kept = { ...batch, id: deps.newId(now), connectionId: connection.id, connectionVersion: version };
  const taken = await settleDeliveries(
    tx,
    { connectionId: connection.id, leaseId, now, batchId: kept.id },
    settled.map((one) => settlementOf(batch, one, receiptIds, changed, now)),
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
  await tellGate(tx, tenantId, batch, now, random);
}

function outcomeAt({ outcomes }: AnsweredBatch, index: number): Outcome {
  const outcome = outcomes[index];
  if (outcome === undefined) throw new Error('The host gave fewer outcomes than records.');
  return outcome;
}

/** Receipts of what is final or in doubt; what is merely tried again has its attempt. By the id of the delivery. */
async function keepAnswers(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  { connection, operation }: AnsweredBatch,
  settled: readonly Settled[],
): Promise<ReadonlyMap<string, string>> {
  const kept = settled.filter(
    ({ outcome, step }) => step.state !== 'queued' || outcome.outcome === 'unknown',
  );
  const answered = kept.map(({ sent, outcome }): Answered => ({
    connectionId: connection.id,
    operation,
    record: sent.record,
    outcome,
  }));
  const ids = await keepReceipts(deps, tx, tenantId, answered);
  return new Map(kept.map(({ sent }, index) => [sent.delivery.id, ids[index] ?? '']));
}

/** Of what may be there now, the recordings that are not to be there any more. */
async function changedMeanwhile(
  tx: Tx,
  { connection, operation }: AnsweredBatch,
  settled: readonly Settled[],
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
  { operation, version }: AnsweredBatch,
  { sent, step, error }: Settled,
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
    alone: step.alone,
    withdraws: withdraws || (operation === 'delete-recording' && step.state === 'queued'),
    connectionVersion: version,
    error,
    receiptId: receiptIds.get(delivery.id) ?? null,
  };
}

function attemptOf(
  { sent, outcome, error }: Settled,
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
  { connection, gate, outcomes, stopped }: AnsweredBatch,
  now: Date,
  random: () => number,
): Promise<void> {
  const error = stopped ? undefined : outcomes.map(connectionError).find((found) => found !== undefined);
  const done = outcomes.some(({ outcome }) => outcome === 'done');
  const pauseMs = error === undefined ? 0 : pauseAfter(error, gate.failures, random);
  const news = {
    done,
    failed: error !== undefined && !isAskedToWait(error),
    closedUntil: error === undefined ? null : new Date(now.getTime() + pauseMs),
    errorClass: error?.class ?? null,
    errorTitle: error?.title ?? null,
    errorFix: error === undefined ? null : remedyOf(error),
  };
  if (done || error !== undefined) await noteGate(tx, tenantId, connection.id, news, now);
}

function connectionError(outcome: Outcome): RemoteError | undefined {
  return outcome.outcome !== 'done' && outcome.error.scope === 'connection' ? outcome.error : undefined;
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
    alone: delivery.alone,
    withdraws: false,
    connectionVersion: delivery.connectionVersion,
    error: null,
    receiptId: null,
  };
}
