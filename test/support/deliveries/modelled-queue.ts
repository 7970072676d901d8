/** A queue of one connection as rows, worked on by the plan of attempts, against another side that records can make fail. */
import { callsOf } from '../../../activities/deliveries/calls-of.ts';
import { together } from '../../../activities/deliveries/claim-batch.ts';
import { killedWorkers, killsWorkers, takeoverAt } from '../../../activities/deliveries/dead-worker.ts';
import {
  judgeBatch,
  type AnsweredBatch,
  type SentDelivery,
} from '../../../activities/deliveries/judge-batch.ts';
import type { NextStep } from '../../../activities/deliveries/next-step.ts';
import type { Outcome } from '../../../connectors/kit/outcome.ts';
import type { RemoteError } from '../../../connectors/kit/remote-error.ts';
import type { ClaimedDelivery } from '../../../recorder-core/records/deliveries.ts';

/** What a call meets: an error for all that it carries, the death of the worker, or nothing. */
export type Fate = RemoteError | 'death' | undefined;

/** One delivery, with what became of it. */
export interface ModelledRow {
  delivery: ClaimedDelivery;
  state: NextStep['state'];
  dueAt: number;
  /** How often the other side took it. */
  arrived: number;
  /** Calls that carried it and failed as a whole, or that its worker died in. */
  spoiled: number;
}

/** A queue, its gate and its clock; times in milliseconds since 1970. */
export class ModelledQueue {
  readonly rows = new Map<string, ModelledRow>();
  now = Date.parse('2026-05-01T12:00:00.000Z');
  readonly #batch: number;
  readonly #fateOf: (ids: readonly string[]) => Fate;
  readonly #random: () => number;
  #gate: AnsweredBatch['gate'] = { closedUntil: null, failures: 0, lastDoneAt: null };

  constructor(batch: number, fateOf: (ids: readonly string[]) => Fate, random: () => number) {
    this.#batch = batch;
    this.#fateOf = fateOf;
    this.#random = random;
  }

  queue(id: string): void {
    const delivery: ClaimedDelivery = {
      id,
      operation: 'upsert-recording',
      subject: { type: 'recording', id },
      attempt: 1,
      asked: 0,
      doubtful: false,
      most: null,
      faults: 0,
      crashes: 0,
      connectionVersion: 1,
      corrections: null,
      firstFailedAt: null,
      failedAt: null,
    };
    this.rows.set(id, { delivery, state: 'queued', dueAt: this.now, arrived: 0, spoiled: 0 });
  }

  /** When something can be sent next; undefined where nothing waits. */
  nextAt(): number | undefined {
    const due = this.#waiting().map(({ dueAt }) => dueAt);
    if (due.length === 0) return undefined;
    return Math.max(Math.min(...due), this.#gate.closedUntil?.getTime() ?? 0);
  }

  /** One claim and all its calls. */
  work(): void {
    this.now += 1;
    if ((this.#gate.closedUntil?.getTime() ?? 0) > this.now) return;
    const limit = this.#gate.failures > 0 ? 1 : this.#batch;
    const due = this.#waiting().filter(({ dueAt }) => dueAt <= this.now);
    const claimed = together(
      due.slice(0, limit).map(({ delivery }) => delivery),
      false,
    );
    const lease = new Set(claimed.map(({ id }) => id));
    let parts = claimed;
    for (let round = 0; parts.length > 0; round += 1) {
      const sent = this.#round(parts, lease);
      parts = sent.kept;
      if (sent.failed || (round > 0 && !sent.answered)) return;
    }
  }

  #waiting(): ModelledRow[] {
    return [...this.rows.values()]
      .filter(({ state }) => state === 'queued')
      .sort((a, b) => a.dueAt - b.dueAt || (a.delivery.id < b.delivery.id ? -1 : 1));
  }

  #round(parts: readonly ClaimedDelivery[], lease: Set<string>) {
    const kept: ClaimedDelivery[] = [];
    let answered = false;
    for (const call of callsOf(parts.map(sentOf))) {
      this.now += 100;
      const ids = call.map(({ delivery }) => delivery.id);
      const kills = call.some(({ delivery }) => killsWorkers(delivery));
      const fate = kills ? undefined : this.#fateOf(ids);
      if (fate !== undefined) for (const id of ids) this.#row(id).spoiled += 1;
      if (fate === 'death') {
        this.#takeOver(lease);
        return { kept: [], answered, failed: true };
      }
      const outcomes = call.map((one) => this.#outcome(one, kills, fate));
      answered ||= outcomes.some((one) => one.outcome === 'done' || one.error.scope === 'record');
      const failed = this.#settle(call, outcomes, lease, kept);
      if (failed) return { kept: [], answered, failed };
    }
    return { kept, answered, failed: false };
  }

  /** What fails and is in doubt may have arrived all the same; what was in doubt is looked for first. */
  #outcome({ delivery, record }: SentDelivery, kills: boolean, fate: RemoteError | undefined): Outcome {
    if (kills) return killedWorkers(record.id, delivery);
    const row = this.#row(delivery.id);
    const unknown = fate?.class === 'unknown_outcome';
    const arrives = fate === undefined || (unknown && this.#random() < 0.5);
    if (arrives && !(delivery.doubtful && row.arrived > 0)) row.arrived += 1;
    if (fate === undefined) return { outcome: 'done', recordId: record.id } as Outcome;
    return { outcome: unknown ? 'unknown' : 'rejected', recordId: record.id, error: fate };
  }

  #settle(
    call: readonly SentDelivery[],
    outcomes: readonly Outcome[],
    lease: Set<string>,
    kept: ClaimedDelivery[],
  ): boolean {
    const usual = { operation: 'upsert-recording', visibleAfterMs: 0, stopped: false };
    const batch = { ...usual, gate: this.#gate, deliveries: call, outcomes } as unknown as AnsweredBatch;
    const at = new Date(this.now);
    const { failure, judged } = judgeBatch(batch, at, this.#random);
    for (const { sent, outcome, step } of judged) {
      const { id } = sent.delivery;
      const row = this.#row(id);
      const failed = outcome.outcome !== 'done';
      row.state = step.state;
      row.dueAt = this.now + step.waitMs;
      const { most, faults, doubtful } = step;
      row.delivery = {
        ...sent.delivery,
        most,
        faults,
        doubtful,
        crashes: 0,
        attempt: sent.delivery.attempt + 1,
        firstFailedAt: failed ? (sent.delivery.firstFailedAt ?? at.toISOString()) : null,
        failedAt: failed ? at.toISOString() : null,
      };
      if (step.cut) kept.push(row.delivery);
      else lease.delete(id);
    }
    const done = outcomes.some(({ outcome }) => outcome === 'done');
    this.#gate = {
      closedUntil:
        failure === undefined ? (done ? null : this.#gate.closedUntil) : new Date(this.now + failure.pauseMs),
      failures: failure !== undefined ? this.#gate.failures + 1 : done ? 0 : this.#gate.failures,
      lastDoneAt: done ? at : this.#gate.lastDoneAt,
    };
    return failure !== undefined;
  }

  /** As `takeOverLeases` does in the rows. */
  #takeOver(lease: ReadonlySet<string>): void {
    this.now += 12_000;
    const { parts, waitMs } = takeoverAt(new Date(this.now));
    const most = Math.ceil(lease.size / parts);
    for (const id of lease) {
      const row = this.#row(id);
      const crashes = row.delivery.crashes + (lease.size === 1 ? 1 : 0);
      if (lease.size === 1) row.dueAt = Math.max(row.dueAt, this.now + waitMs(crashes));
      const failedAt = new Date(this.now).toISOString();
      const smaller = Math.min(row.delivery.most ?? Infinity, most);
      const attempt = row.delivery.attempt + 1;
      row.delivery = { ...row.delivery, doubtful: true, failedAt, attempt, crashes, most: smaller };
    }
  }

  #row(id: string): ModelledRow {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error('No such delivery.');
    return row;
  }
}

function sentOf(delivery: ClaimedDelivery): SentDelivery {
  return {
    act: 'send',
    operation: delivery.operation,
    record: { id: delivery.id },
    delivery,
  } as SentDelivery;
}
