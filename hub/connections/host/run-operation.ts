import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { ConnectorContext } from '../../../connectors/kit/context.ts';
import { notSent } from '../../../connectors/kit/failed-answer.ts';
import type { OperationSpec } from '../../../connectors/kit/manifest.ts';
import type { Outcome } from '../../../connectors/kit/outcome.ts';
import { RECORD_SCHEMAS, type OutboundRecord } from '../../../connectors/kit/record.ts';
import { remoteError, type RemoteError } from '../../../connectors/kit/remote-error.ts';
import { reject, runBatch, type BatchRun } from './run-batch.ts';
import { isSound } from './sound-record.ts';
import { splitBatches } from './split-batches.ts';

/** One call of an operation. */
export interface OperationRun extends BatchRun {
  /** Unchecked; each is parsed by the operation's record schema. */
  readonly records: readonly unknown[];
  /** Those of them that the hub made itself of typed parts: of them only what types do not promise is looked at (`isSound`). */
  readonly made?: ReadonlySet<unknown>;
}

/**
 * Plans, executes, and reconciles what stayed unknown: one outcome per record, in the order given.
 *
 * - A record that does not parse, belongs to another tenant or is held (for a delete) is rejected alone.
 * - Nothing is sent twice: a record found not applied after an unknown answer is rejected as `transient`, and
 *   the caller decides when to come again. What is still `unknown` must be reconciled by running it again.
 * - After a failure of the whole connection the remaining batches are not tried.
 * - Throws only for an unknown operation; remote failures and faults of the connector become outcomes.
 */
export async function runOperation(run: OperationRun): Promise<Outcome[]> {
  const { spec, accepted, outcomes } = admitRecords(run);
  let stopped: RemoteError | undefined;
  for (const batch of splitBatches(accepted, spec.batch)) {
    const results =
      stopped === undefined
        ? await runBatch(
            run,
            batch.map(({ record }) => record),
          )
        : undefined;
    for (const [position, { index, record }] of batch.entries()) {
      const outcome = results?.[position] ?? reject(record, stopped);
      outcomes[index] = outcome;
      if (outcome.outcome !== 'done' && outcome.error.scope === 'connection')
        stopped = notSent(outcome.error);
    }
  }
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** What of a run may be sent at all, with its place in the order given; `outcomes` has a refusal at the place of all else. */
export interface AdmittedRun {
  readonly spec: OperationSpec;
  readonly accepted: readonly { readonly index: number; readonly record: OutboundRecord }[];
  readonly outcomes: (Outcome | undefined)[];
}

/** Checks the records of a run, each alone. @throws HoldfastError `not_found` for an unknown operation. */
export function admitRecords(run: OperationRun): AdmittedRun {
  const { operations } = run.connector.manifest;
  const spec = Object.hasOwn(operations, run.operation) ? operations[run.operation] : undefined;
  if (spec === undefined) {
    throw new HoldfastError(
      'not_found',
      `The connector "${run.connector.manifest.id}" has no operation "${run.operation}".`,
    );
  }
  const outcomes = new Array<Outcome | undefined>(run.records.length).fill(undefined);
  const accepted: { index: number; record: OutboundRecord }[] = [];
  run.records.forEach((input, index) => {
    const admitted = admit(run.ctx, spec, input, run.made?.has(input) === true);
    if ('record' in admitted) accepted.push({ index, record: admitted.record });
    else outcomes[index] = { outcome: 'rejected', recordId: admitted.recordId, error: admitted.error };
  });
  return { spec, accepted, outcomes };
}

type Admitted =
  { readonly record: OutboundRecord } | { readonly recordId: string; readonly error: RemoteError };

function admit(ctx: ConnectorContext, spec: OperationSpec, input: unknown, made: boolean): Admitted {
  if (made && (input as OutboundRecord).kind === spec.input && isSound(input as OutboundRecord))
    return allow(ctx, input as OutboundRecord);
  const parsed = RECORD_SCHEMAS[spec.input].safeParse(input);
  if (parsed.success) return allow(ctx, parsed.data);
  const field = (parsed.error.issues[0]?.path ?? []).join('.');
  const title = `The record was refused before it was sent, at "${field}".`;
  return { recordId: idOf(input), error: remoteError('invalid_record', title, { field }) };
}

function allow(ctx: ConnectorContext, record: OutboundRecord): Admitted {
  if (record.tenantId !== ctx.tenantId) {
    const error = remoteError('invalid_record', 'The record belongs to another tenant; nothing was sent.');
    return { recordId: record.id, error };
  }
  if (record.kind === 'withdrawal' && record.held) {
    return { recordId: record.id, error: remoteError('held', 'The recording is held; nothing was deleted.') };
  }
  return { record };
}

/** The id that an unchecked record gives itself, cut to 64 characters; empty where it gives none. Pure. */
export function idOf(input: unknown): string {
  const id: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'id') : undefined;
  return typeof id === 'string' ? id.slice(0, 64) : '';
}
