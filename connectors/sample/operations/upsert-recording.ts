import { classifyResponse } from '../../kit/classify-response.ts';
import type { OperationDefinition } from '../../kit/connector.ts';
import { failedAnswer, unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingDocument } from '../../kit/record.ts';
import { upsertState } from '../../kit/standing.ts';
import type { SampleContext } from '../client.ts';
import type { SampleConfig } from '../config.ts';
import { findDocuments, type FoundDocument } from '../find-documents.ts';
import { writeBatch, type BatchResult } from '../write-batch.ts';

type Plan = Planned<RecordingDocument>;

/**
 * Writes recordings under their own ids, each on the condition that Sample still holds the version that was read: twice
 * is once, and an older revision never overwrites a newer one.
 */
export const upsertRecording: OperationDefinition<SampleConfig, RecordingDocument> = {
  spec: {
    kind: 'upsert',
    title: 'Write recordings',
    description: 'Writes one document per recording into the collection.',
    input: 'recording',
    idempotency: { via: 'client_doc_id' },
    batch: { maxRecords: 200, maxBytes: 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata', 'pii'],
    mapping: {
      object: { fromConfig: 'collection' },
      defaults: [
        {
          target: 'subject',
          expr: '"Call of " + record.startedAt',
          type: 'text',
          onNull: 'skip',
          onError: 'reject',
          redact: false,
        },
      ],
    },
  },

  async plan(ctx, records) {
    const ids = records.map(({ id }) => id);
    const found = await findDocuments(ctx, ids);
    return records.map((record, index) => ({
      record,
      key: ctx.keyOf('upsert-recording', record),
      action: actionFor(record, found[index]),
      remoteId: record.id,
      call: { method: 'POST', target: '/batch' },
      basis: { version: found[index]?.version ?? 0 },
    }));
  },

  async execute(ctx, planned) {
    const results = await writeBatch(
      ctx,
      planned.map(({ record, basis }) => ({
        id: record.id,
        ifVersion: Number(basis?.['version'] ?? 0),
        revision: record.revision,
        document: documentOf(record),
      })),
    );
    return settleConflicts(ctx, planned, results);
  },

  async reconcile(ctx, planned) {
    const found = await findDocuments(
      ctx,
      planned.map(({ remoteId }) => remoteId),
    );
    return planned.map(({ record, remoteId }, index) => upsertState(record, found[index], remoteId));
  },
};

/** What is newer there is not overwritten; the host writes no receipt of its own for it, so `execute` is asked. */
function actionFor(record: RecordingDocument, found: FoundDocument | undefined): Plan['action'] {
  if (found === undefined) return 'create';
  return found.revision === record.revision && !found.deleted ? 'none' : 'update';
}

/** The connector's own fields win over mapped ones of the same name: holds and revisions are not for a mapping to say. */
function documentOf({
  id: _id,
  kind: _kind,
  schemaVersion: _schema,
  tenantId: _tenant,
  fields,
  ...document
}: RecordingDocument): Record<string, unknown> {
  return { ...fields, ...document };
}

/** A conflict means that somebody wrote since the plan, or that something newer is there: reading tells which. */
async function settleConflicts(
  ctx: SampleContext,
  planned: readonly Plan[],
  results: readonly (BatchResult | undefined)[],
): Promise<Answer[]> {
  const conflicts = planned.filter((_plan, index) => results[index]?.status === 409);
  const found =
    conflicts.length === 0
      ? []
      : await findDocuments(
          ctx,
          conflicts.map(({ remoteId }) => remoteId),
        ).catch(() => []); // the other answers of the batch are known and must not be lost for it
  const byId = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.id, one] as const])));
  return planned.map((plan, index) => answerOf(ctx, plan, results[index], byId.get(plan.remoteId)));
}

function answerOf(
  ctx: SampleContext,
  { record, remoteId, action }: Plan,
  result: BatchResult | undefined,
  there: FoundDocument | undefined,
): Answer {
  if (result === undefined) return unknownAnswer('Sample answered for fewer records.');
  if (result.status < 300) {
    const version = result.version === undefined ? {} : { remoteVersion: String(result.version) };
    return { outcome: 'done', result: action === 'create' ? 'created' : 'updated', remoteId, ...version };
  }
  if (there !== undefined && there.revision >= record.revision) {
    const same = there.revision === record.revision && !there.deleted;
    return { outcome: 'done', result: same ? 'unchanged' : 'superseded', remoteId };
  }
  const about = { effect: 'write', nowMs: ctx.now(), code: result.code } as const;
  return failedAnswer({
    ...classifyResponse({ status: result.status, headers: {} }, about),
    scope: 'record',
  });
}
