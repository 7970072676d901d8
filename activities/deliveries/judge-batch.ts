import type { Outcome } from '../../connectors/kit/outcome.ts';
import type { RemoteError } from '../../connectors/kit/remote-error.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { DeliveryLane } from '../../recorder-core/records/deliveries.ts';
import type { DeliveryGate } from '../../recorder-core/records/delivery-gates.ts';
import type { DeliveryError } from '../../recorder-core/records/settle-deliveries.ts';
import { isOwnFailure } from './blame.ts';
import { deliveryErrorOf } from './delivery-error.ts';
import { nextStep, pauseAfter, type NextStep } from './next-step.ts';
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

/** One of a batch, with what was decided about it. */
export interface JudgedDelivery {
  readonly sent: SentDelivery;
  readonly outcome: Outcome;
  readonly step: NextStep;
  readonly error: DeliveryError | null;
}

/** How a connection failed, and for how long it is left alone. */
export interface ConnectionFailure {
  readonly error: RemoteError;
  readonly pauseMs: number;
}

/** What is decided about a batch. */
export interface JudgedBatch {
  /** How the connection failed; undefined where it did not, or where a record is to blame. */
  readonly failure: ConnectionFailure | undefined;
  readonly judged: readonly JudgedDelivery[];
}

/** Decides what becomes of each of a batch. `random` is in [0, 1). @throws Error where the host gave too few outcomes. Pure. */
export function judgeBatch(batch: AnsweredBatch, now: Date, random: () => number): JudgedBatch {
  const { deliveries, gate, stopped, visibleAfterMs, operation } = batch;
  const together = failedTogether(batch.outcomes);
  const all = deliveries.map((sent, index) => {
    const outcome = batch.outcomes[index];
    if (outcome === undefined) throw new Error('The host gave fewer outcomes than records.');
    const circumstances = { delivery: sent.delivery, together, lastDoneAt: gate.lastDoneAt, stopped };
    const own = outcome.outcome !== 'done' && isOwnFailure(outcome.error, circumstances);
    return { sent, outcome, own };
  });
  const failure = stopped ? undefined : connectionFailure(all, gate, random);
  const pauseMs = failure?.pauseMs ?? 0;
  const judged = all.map(({ sent, outcome, own }): JudgedDelivery => {
    const { delivery } = sent;
    const attempted = { outcome, delivery, own, stopped, together, visibleAfterMs, pauseMs };
    const error = outcome.outcome === 'done' ? null : deliveryErrorOf(operation, outcome.error);
    return { sent, outcome, step: nextStep(attempted, now, random), error };
  });
  return { failure, judged };
}

function connectionFailure(
  all: readonly { readonly outcome: Outcome; readonly own: boolean }[],
  { failures }: DeliveryGate,
  random: () => number,
): ConnectionFailure | undefined {
  for (const { outcome, own } of all)
    if (!own && outcome.outcome !== 'done' && outcome.error.scope === 'connection')
      return { error: outcome.error, pauseMs: pauseAfter(outcome.error, failures, random) };
  return undefined;
}

/** How many outcomes of a call are failures of more than their record. Pure. */
export function failedTogether(outcomes: readonly Outcome[]): number {
  return outcomes.filter((one) => one.outcome !== 'done' && one.error.scope !== 'record').length;
}
