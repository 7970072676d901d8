import type { OperationDefinition } from '../../kit/connector.ts';
import { inPieces } from '../../kit/in-pieces.ts';
import type { Planned } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import { withdrawalRefusal } from '../../kit/withdrawal-rule.ts';
import { sendPieces } from '../answers.ts';
import { resourcePath, salesforceClient, type SalesforceContext } from '../client.ts';
import type { SalesforceConfig } from '../config.ts';
import { emptyFields } from '../discover.ts';
import { findRecordings, findTasks, type FoundRecording } from '../find-recordings.ts';
import { removeRecordings } from '../remove-recordings.ts';
import { MAX_COLLECTION } from '../save-recordings.ts';

/** Deletes recordings that no hold protects, with their tasks; see `removeRecordings` for how a late hold is kept. */
export const deleteRecording: OperationDefinition<SalesforceConfig, RecordingWithdrawal> = {
  spec: {
    kind: 'delete',
    title: 'Remove recordings',
    description: 'Empties and deletes the record of each recording, and its task; a held recording stays.',
    input: 'withdrawal',
    idempotency: { via: 'external_id' },
    batch: { maxRecords: MAX_COLLECTION, maxBytes: 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata'],
  },

  async plan(ctx, records) {
    const { conn } = salesforceClient(ctx);
    const ids = records.map(({ id }) => id);
    const found = await findRecordings(conn, ctx.config.object, ids);
    const tasks = await findTasks(ctx, conn, ids);
    return records.map((record) => planOne(ctx, record, found.get(record.id), tasks.get(record.id)));
  },

  async execute(ctx, planned) {
    const client = salesforceClient(ctx);
    const empty = await emptyFields(ctx, client.conn);
    const pieces = inPieces(planned, MAX_COLLECTION);
    const answers = await sendPieces(pieces, (piece) => removeRecordings(ctx, client, empty, piece));
    return planned.flatMap((plan) => answers.get(plan) ?? []);
  },

  async reconcile(ctx, planned) {
    const { conn } = salesforceClient(ctx);
    const ids = planned.map(({ record }) => record.id);
    const found = await findRecordings(conn, ctx.config.object, ids);
    const tasks = await findTasks(ctx, conn, ids);
    return planned.map(({ record, remoteId }) =>
      found.has(record.id) || tasks.has(record.id)
        ? { state: 'not_applied' }
        : { state: 'applied', result: 'deleted', remoteId },
    );
  },
};

function planOne(
  ctx: SalesforceContext,
  record: RecordingWithdrawal,
  found: FoundRecording | undefined,
  task: string | undefined,
): Planned<RecordingWithdrawal> {
  const plan = {
    record,
    key: ctx.keyOf('delete-recording', record),
    remoteId: found?.id ?? record.id,
    call: { method: 'POST', target: resourcePath(ctx, 'composite') },
  };
  const error = withdrawalRefusal(record, found);
  if (error !== undefined) return { ...plan, action: 'refuse', error };
  // A task without its recording is what a worker left that was stopped in between.
  if (found === undefined && task === undefined) return { ...plan, action: 'none' };
  const basis = {
    ...(found === undefined ? {} : { recording: found.id }),
    ...(task === undefined ? {} : { task }),
  };
  return { ...plan, action: 'delete', basis };
}
