import type { Outcome } from '../../connectors/kit/outcome.ts';
import type { OutboundRecord } from '../../connectors/kit/record.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { reconcileFirst } from './host/reconcile-first.ts';
import { runOperation } from './host/run-operation.ts';
import { mapForOperation, type MappingDependencies } from './map-for-operation.ts';
import type { OpenedConnection } from './open-connection.ts';

/** One record to be sent. */
export interface RecordToSend {
  readonly record: OutboundRecord;
  /** An act of its kind may have been sent and nobody knows: it is looked for on the other side first. */
  readonly doubtful?: boolean;
  /** What a person set by hand, in the place of what the mapping made. */
  readonly corrections?: Readonly<Record<string, unknown>> | null;
}

/**
 * Maps, plans, executes and reconciles records: one outcome each, in the order given. What the mapping refuses is never sent.
 * @throws HoldfastError `not_found` where the connection was removed and this is no deletion; as `mapForOperation`.
 */
export async function runMapped(
  deps: MappingDependencies,
  opened: OpenedConnection,
  operation: string,
  sent: readonly RecordToSend[],
): Promise<Outcome[]> {
  const { connector, ctx, row } = opened;
  if (row.state === 'removed' && connector.manifest.operations[operation]?.kind !== 'delete')
    throw new HoldfastError('not_found', 'The connection was removed, so nothing was sent.');
  const filled = await mapForOperation(
    deps,
    opened,
    operation,
    sent.map(({ record }) => record),
  );
  const outcomes = filled.map((one): Outcome | undefined =>
    'error' in one ? { outcome: 'rejected', ...one } : undefined,
  );
  const open = sent.map((_one, index) => index).filter((index) => outcomes[index] === undefined);
  const records = open.map((index) => corrected(filled[index], sent[index]?.corrections ?? null));
  const doubtful = open.map((index) => sent[index]?.doubtful === true);
  // What a person set by hand is checked with the rest of its record.
  const made = new Set(
    open.flatMap((index, position) =>
      (sent[index]?.corrections ?? null) === null ? [records[position]] : [],
    ),
  );
  const run = { connector, ctx, operation, records, made };
  const answers = doubtful.includes(true) ? await reconcileFirst(run, doubtful) : await runOperation(run);
  for (const [position, index] of open.entries()) outcomes[index] = answers[position];
  return outcomes.filter((outcome) => outcome !== undefined);
}

function corrected(
  filled: Awaited<ReturnType<typeof mapForOperation>>[number] | undefined,
  corrections: Readonly<Record<string, unknown>> | null,
): unknown {
  if (filled === undefined || 'error' in filled) return undefined;
  const { record } = filled;
  if (corrections === null || !(record.kind === 'recording' || record.kind === 'ticket')) return record;
  return { ...record, fields: { ...record.fields, ...corrections } };
}
