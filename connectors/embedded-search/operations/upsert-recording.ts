import type { ConnectorContext } from '../../kit/context.ts';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { Planned } from '../../kit/outcome.ts';
import type { RecordingDocument } from '../../kit/record.ts';
import { upsertAction, upsertState } from '../../kit/standing.ts';
import { answerEach } from '../answer-each.ts';
import { searchIndexOf } from '../search-index-of.ts';

/** Puts recordings into the index; an older revision never overwrites a newer one. */
export const upsertRecording: OperationDefinition<object, RecordingDocument> = {
  spec: {
    kind: 'upsert',
    title: 'Index recordings',
    description: 'Inserts or updates one row per recording, keyed by its id.',
    input: 'recording',
    idempotency: { via: 'client_doc_id' },
    batch: { maxRecords: 500, maxBytes: 4 * 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata', 'pii'],
  },

  plan: (ctx, records) => Promise.all(records.map((record) => planOne(ctx, record))),

  execute: (ctx, planned) =>
    answerEach(planned, async ({ record, remoteId }) => {
      const result = await searchIndexOf(ctx).upsert(record);
      return { outcome: 'done', result, remoteId, remoteVersion: String(record.revision) };
    }),

  reconcile: (ctx, planned) =>
    Promise.all(
      planned.map(async ({ record, remoteId }) => {
        return upsertState(record, await searchIndexOf(ctx).get(record.id), remoteId);
      }),
    ),
};

async function planOne(
  ctx: ConnectorContext<object>,
  record: RecordingDocument,
): Promise<Planned<RecordingDocument>> {
  const plan = {
    record,
    key: ctx.keyOf('upsert-recording', record),
    remoteId: record.id,
    call: { method: 'upsert', target: 'embedded-search' },
  };
  if (!ctx.dryRun) return { ...plan, action: 'upsert' };
  return { ...plan, action: upsertAction(record, await searchIndexOf(ctx).get(record.id)) };
}
