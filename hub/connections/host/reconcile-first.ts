import type { Outcome, RemoteState } from '../../../connectors/kit/outcome.ts';
import { isRemoteFailure, remoteError } from '../../../connectors/kit/remote-error.ts';
import { done } from './run-batch.ts';
import { admitRecords, runOperation, type OperationRun } from './run-operation.ts';
import { splitBatches } from './split-batches.ts';

/**
 * `runOperation` for records of which some may have been sent before: those are looked for on the other side, and sent only
 * where they are not found. Where that cannot be told they stay `unknown`, and nothing of them is sent.
 */
export async function reconcileFirst(run: OperationRun, doubtful: readonly boolean[]): Promise<Outcome[]> {
  const outcomes = new Array<Outcome | undefined>(run.records.length).fill(undefined);
  const { accepted, spec } = admitRecords(run);
  const inDoubt = accepted.filter(({ index }) => doubtful[index] === true);
  for (const batch of splitBatches(inDoubt, spec.batch)) {
    const found = await lookFor(
      run,
      batch.map(({ record }) => record),
    );
    for (const [position, { index }] of batch.entries()) outcomes[index] = found[position];
  }
  const open = run.records.map((_record, index) => index).filter((index) => outcomes[index] === undefined);
  const sent = await runOperation({ ...run, records: open.map((index) => run.records[index]) });
  for (const [position, index] of open.entries()) outcomes[index] = sent[position];
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** An outcome for what is there, or could not be looked for; undefined for what is to be sent. */
async function lookFor(
  run: OperationRun,
  records: Parameters<OperationRun['connector']['plan']>[2],
): Promise<(Outcome | undefined)[]> {
  const { connector, ctx, operation } = run;
  try {
    const planned = await connector.plan(ctx, operation, records);
    const acts = planned.filter(({ action }) => action !== 'refuse' && action !== 'none');
    const states = acts.length === 0 ? [] : await connector.reconcile(ctx, operation, acts);
    const byRecord = new Map(acts.map(({ record }, index) => [record.id, states[index]]));
    return planned.map((plan): Outcome | undefined => {
      const state: RemoteState | undefined = byRecord.get(plan.record.id);
      if (state === undefined || state.state === 'not_applied') return undefined;
      if (state.state === 'unknown')
        return { outcome: 'unknown', recordId: plan.record.id, error: state.error };
      const answer = { ...state, outcome: 'done' as const, proof: 'reconciled' as const };
      return done(run, plan, answer);
    });
  } catch (error) {
    const failure = isRemoteFailure(error)
      ? error.remoteError
      : remoteError(
          'unknown_outcome',
          'The connector failed by a fault of its own while it was looked for.',
          {
            scope: 'batch',
          },
        );
    return records.map(({ id }) => ({ outcome: 'unknown', recordId: id, error: failure }));
  }
}
