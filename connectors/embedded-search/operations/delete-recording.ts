import type { ConnectorContext } from '../../kit/context.ts';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { Planned } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import { heldError, outdatedError, withdrawalRefusal } from '../../kit/withdrawal-rule.ts';
import { answerEach } from '../answer-each.ts';
import { searchIndexOf } from '../search-index-of.ts';

/** Removes recordings from the index unless a hold forbids it; the port looks at the hold in the same atomic step. */
export const deleteRecording: OperationDefinition<object, RecordingWithdrawal> = {
  spec: {
    kind: 'delete',
    title: 'Remove recordings',
    description: 'Deletes the row of each recording; a held recording stays.',
    input: 'withdrawal',
    idempotency: { via: 'client_doc_id' },
    batch: { maxRecords: 500, maxBytes: 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata'],
  },

  plan: (ctx, records) => Promise.all(records.map((record) => planOne(ctx, record))),

  execute: (ctx, planned) =>
    answerEach(planned, async ({ record, remoteId }) => {
      const result = await searchIndexOf(ctx).remove(record);
      if (result === 'held') return { outcome: 'rejected', error: heldError() };
      if (result === 'superseded') return { outcome: 'rejected', error: outdatedError() };
      return { outcome: 'done', result, remoteId };
    }),

  reconcile: (ctx, planned) =>
    Promise.all(
      planned.map(async ({ record, remoteId }) => {
        const found = await searchIndexOf(ctx).get(record.id);
        return found === undefined
          ? { state: 'applied', result: 'deleted', remoteId }
          : { state: 'not_applied' };
      }),
    ),
};

async function planOne(
  ctx: ConnectorContext<object>,
  record: RecordingWithdrawal,
): Promise<Planned<RecordingWithdrawal>> {
  const plan = {
    record,
    key: ctx.keyOf('delete-recording', record),
    remoteId: record.id,
    call: { method: 'remove', target: 'embedded-search' },
  };
  const found = ctx.dryRun ? await searchIndexOf(ctx).get(record.id) : undefined;
  const error = withdrawalRefusal(record, found);
  if (error !== undefined) return { ...plan, action: 'refuse', error };
  return { ...plan, action: ctx.dryRun && found === undefined ? 'none' : 'delete' };
}
