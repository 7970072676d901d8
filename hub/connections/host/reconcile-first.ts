import { notSent } from '../../../connectors/kit/failed-answer.ts';
import type { Outcome, RemoteState } from '../../../connectors/kit/outcome.ts';
import type { OutboundRecord } from '../../../connectors/kit/record.ts';
import { isRemoteFailure, remoteError, type RemoteError } from '../../../connectors/kit/remote-error.ts';
import { done } from './run-batch.ts';
import { admitRecords, idOf, runOperation, type OperationRun } from './run-operation.ts';
import { splitBatches } from './split-batches.ts';

/**
 * `runOperation` for records of which some may have been sent before: those are looked for on the other side, and sent only
 * where they are not found. Where that cannot be told they stay `unknown`, and nothing of them is sent. Where the connection fails
 * meanwhile nothing more is looked for or sent.
 */
export async function reconcileFirst(run: OperationRun, doubtful: readonly boolean[]): Promise<Outcome[]> {
  const outcomes = new Array<Outcome | undefined>(run.records.length).fill(undefined);
  const { accepted, spec } = admitRecords(run);
  const inDoubt = accepted.filter(({ index }) => doubtful[index] === true);
  let away: RemoteError | undefined;
  for (const batch of splitBatches(inDoubt, spec.batch)) {
    const records = batch.map(({ record }) => record);
    const found = away === undefined ? await lookFor(run, records) : allUnknown(records, away);
    for (const [position, { index }] of batch.entries()) outcomes[index] = found[position];
    away ??= found.map(connectionError).find((error) => error !== undefined);
  }
  const open = run.records.map((_record, index) => index).filter((index) => outcomes[index] === undefined);
  if (away !== undefined) {
    const error = notSent(away);
    for (const index of open)
      outcomes[index] = { outcome: 'rejected', recordId: idOf(run.records[index]), error };
    return outcomes.filter((outcome) => outcome !== undefined);
  }
  const sent = await runOperation({ ...run, records: open.map((index) => run.records[index]) });
  for (const [position, index] of open.entries()) outcomes[index] = sent[position];
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** An outcome for what is there, or could not be looked for; undefined for what is to be sent. */
async function lookFor(
  run: OperationRun,
  records: readonly OutboundRecord[],
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
    return allUnknown(records, failure);
  }
}

function allUnknown(records: readonly OutboundRecord[], error: RemoteError): Outcome[] {
  return records.map(({ id }) => ({ outcome: 'unknown', recordId: id, error }));
}

function connectionError(outcome: Outcome | undefined): RemoteError | undefined {
  if (outcome === undefined || outcome.outcome === 'done' || outcome.error.scope !== 'connection')
    return undefined;
  return outcome.error;
}
