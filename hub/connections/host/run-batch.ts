import type { Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorContext } from '../../../connectors/kit/context.ts';
import { failedAnswer } from '../../../connectors/kit/failed-answer.ts';
import type { Answer, Outcome, Planned, Receipt } from '../../../connectors/kit/outcome.ts';
import type { OutboundRecord } from '../../../connectors/kit/record.ts';
import { isRemoteFailure, remoteError, type RemoteError } from '../../../connectors/kit/remote-error.ts';

/** The connector, its context and the operation of a run. */
export interface BatchRun {
  readonly connector: Connector;
  readonly ctx: ConnectorContext;
  /** Id from the connector's manifest. */
  readonly operation: string;
}

/** One batch through plan, execute and, where an answer is unknown, reconcile; one outcome per record. Never throws. */
export async function runBatch(run: BatchRun, records: readonly OutboundRecord[]): Promise<Outcome[]> {
  let planned: Planned[];
  try {
    run.ctx.signal.throwIfAborted();
    planned = await run.connector.plan(run.ctx, run.operation, records);
    if (planned.length !== records.length) throw new Error('the plan has another length than the batch');
  } catch (error) {
    // Planning writes nothing, so whatever went wrong the record was not touched.
    return records.map((record) => reject(record, errorOf(run, error, 'transient')));
  }
  const outcomes: (Outcome | undefined)[] = planned.map((plan) => outcomeOfPlan(run, plan));
  const toSend = planned.filter((_plan, index) => outcomes[index] === undefined);
  const sent = toSend.length === 0 ? [] : await executeAndReconcile(run, toSend);
  let next = 0;
  return outcomes.map((outcome, index) => {
    const plan = planned[index];
    if (outcome !== undefined || plan === undefined) return outcome ?? reject(records[index], undefined);
    return outcomeOf(run, plan, sent[next++]);
  });
}

/** The outcome of a plan that needs no sending; undefined when there is something to do. */
function outcomeOfPlan(run: BatchRun, plan: Planned): Outcome | undefined {
  if (plan.action === 'refuse') return reject(plan.record, plan.error);
  if (plan.action !== 'none') return undefined;
  const result = run.connector.manifest.operations[run.operation]?.kind === 'delete' ? 'absent' : 'unchanged';
  return done(run, plan, { outcome: 'done', result, remoteId: plan.remoteId, proof: 'planned' });
}

type Settled = Answer & { readonly proof?: Receipt['proof'] };

async function executeAndReconcile(run: BatchRun, planned: readonly Planned[]): Promise<Settled[]> {
  const answers: Settled[] = await execute(run, planned);
  const open = planned.flatMap((plan, index) =>
    answers[index]?.outcome === 'unknown' ? [{ plan, index }] : [],
  );
  if (open.length === 0) return answers;
  try {
    const states = await run.connector.reconcile(
      run.ctx,
      run.operation,
      open.map(({ plan }) => plan),
    );
    for (const [position, { index }] of open.entries()) {
      const state = states[position];
      if (state?.state === 'applied') {
        const { result, remoteId, remoteVersion } = state;
        const version = remoteVersion === undefined ? {} : { remoteVersion };
        answers[index] = { outcome: 'done', result, remoteId, ...version, proof: 'reconciled' };
      } else if (state?.state === 'not_applied') {
        answers[index] = { outcome: 'rejected', error: notApplied(answers[index]) };
      }
    }
  } catch (error) {
    // The outcome stays unknown, which is the truth; the caller reconciles by running the act again.
    run.ctx.log('warn', 'reconciling failed', { reason: errorOf(run, error, 'unknown_outcome').class });
  }
  return answers;
}

async function execute(run: BatchRun, planned: readonly Planned[]): Promise<Settled[]> {
  try {
    const answers = await run.connector.execute(run.ctx, run.operation, planned);
    if (answers.length === planned.length) return answers;
    throw new Error('the answer has another length than the batch');
  } catch (error) {
    const found = errorOf(run, error, 'unknown_outcome');
    return planned.map(() => failedAnswer(found));
  }
}

/** The remote error of a failure; for a fault of the connector itself, the class that claims least. */
function errorOf(run: BatchRun, error: unknown, otherwise: 'transient' | 'unknown_outcome'): RemoteError {
  if (isRemoteFailure(error)) return error.remoteError;
  if (run.ctx.signal.aborted && otherwise === 'transient') {
    return remoteError('transient', 'The work was stopped before anything was sent.', {
      scope: 'connection',
    });
  }
  run.ctx.log('error', 'the connector failed', { error: error instanceof Error ? error.name : 'unknown' });
  return remoteError(otherwise, 'The connector failed by a fault of its own.', { scope: 'batch' });
}

/** Where the remote system itself failed, one of the batch may be to blame; where the way to it did, none is. */
function notApplied(answer: Settled | undefined): RemoteError {
  const together = answer?.outcome === 'unknown' && answer.error.scope === 'batch';
  return remoteError('transient', 'The act was sent but did not take effect; it is safe to send it again.', {
    scope: together ? 'batch' : 'record',
  });
}

/** The outcome of a record that was not taken. */
export function reject(record: OutboundRecord | undefined, error: RemoteError | undefined): Outcome {
  return {
    outcome: 'rejected',
    recordId: record?.id ?? '',
    error: error ?? remoteError('conflict', 'The connector refused the record without a reason.'),
  };
}

function outcomeOf(run: BatchRun, plan: Planned, answer: Settled | undefined): Outcome {
  if (answer?.outcome === 'done') return done(run, plan, answer);
  if (answer !== undefined) return { ...answer, recordId: plan.record.id };
  return reject(plan.record, undefined);
}

let written = { ms: Number.NaN, text: '' };

/** Receipts of a batch are mostly of one moment. */
function textOf(ms: number): string {
  if (ms !== written.ms) written = { ms, text: new Date(ms).toISOString() };
  return written.text;
}

/** The outcome of an act that took effect, with its receipt. */
export function done(run: BatchRun, plan: Planned, answer: Extract<Settled, { outcome: 'done' }>): Outcome {
  const { manifest } = run.connector;
  const receipt: Receipt = {
    receiptVersion: 1,
    tenantId: run.ctx.tenantId,
    connectionId: run.ctx.connectionId,
    connector: manifest.id,
    connectorVersion: manifest.version,
    operation: run.operation,
    recordId: plan.record.id,
    revision: plan.record.revision,
    key: plan.key,
    result: answer.result,
    remoteId: answer.remoteId,
    remoteVersion: answer.remoteVersion ?? null,
    ...(answer.note === undefined ? {} : { note: answer.note }),
    proof: answer.proof ?? 'answered',
    at: textOf(run.ctx.now()),
  };
  return { outcome: 'done', recordId: plan.record.id, receipt };
}
