import type { estypes } from '@elastic/elasticsearch';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import { failedAnswer, unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import { outdatedError, withdrawalRefusal } from '../../kit/withdrawal-rule.ts';
import { classifyItem } from '../classify-item.ts';
import { elasticsearchClient } from '../client.ts';
import type { ElasticsearchConfig } from '../config.ts';
import { findRecordings, type FoundRecording } from '../find-recordings.ts';
import { recordingAlias } from '../recording-index.ts';

type Ctx = ConnectorContext<ElasticsearchConfig>;
type Plan = Planned<RecordingWithdrawal>;

/**
 * Deletes recordings that no hold protects. The plan reads each document; the deletion carries its sequence
 * number, so that a hold that arrives in between makes it fail instead of being overlooked.
 */
export const deleteRecording: OperationDefinition<ElasticsearchConfig, RecordingWithdrawal> = {
  spec: {
    kind: 'delete',
    title: 'Remove recordings',
    description: 'Deletes the document of each recording by id; a held recording stays.',
    input: 'withdrawal',
    idempotency: { via: 'client_doc_id' },
    batch: { maxRecords: 1000, maxBytes: 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata'],
  },

  async plan(ctx, records) {
    const ids = records.map(({ id }) => id);
    const found = await findRecordings(elasticsearchClient(ctx), recordingAlias(ctx), ids);
    return records.map((record, index) => planOne(ctx, record, found[index]));
  },

  async execute(ctx, planned) {
    const answer = await elasticsearchClient(ctx).bulk({
      index: recordingAlias(ctx),
      require_alias: true,
      operations: planned.map(({ remoteId, basis }) => ({
        delete: {
          _id: remoteId,
          if_seq_no: Number(basis?.['seqNo']),
          if_primary_term: Number(basis?.['primaryTerm']),
        },
      })),
    });
    return planned.map((plan, index) => answerOf(ctx, plan, answer.items[index]?.delete));
  },

  async reconcile(ctx, planned) {
    const ids = planned.map(({ remoteId }) => remoteId);
    const found = await findRecordings(elasticsearchClient(ctx), recordingAlias(ctx), ids);
    return planned.map(({ remoteId }, index) =>
      found[index] === undefined
        ? { state: 'applied', result: 'deleted', remoteId }
        : { state: 'not_applied' },
    );
  },
};

function planOne(ctx: Ctx, record: RecordingWithdrawal, found: FoundRecording | undefined): Plan {
  const plan = {
    record,
    key: ctx.keyOf('delete-recording', record),
    remoteId: record.id,
    call: { method: 'POST', target: '/_bulk' },
  };
  const error = withdrawalRefusal(record, found);
  if (error !== undefined) return { ...plan, action: 'refuse', error };
  if (found === undefined) return { ...plan, action: 'none' };
  return { ...plan, action: 'delete', basis: { seqNo: found.seqNo, primaryTerm: found.primaryTerm } };
}

function answerOf(ctx: Ctx, { remoteId }: Plan, item: estypes.BulkResponseItem | undefined): Answer {
  if (item === undefined) return unknownAnswer('Elasticsearch answered for fewer records than were sent.');
  if (item.status === 404) return { outcome: 'done', result: 'absent', remoteId };
  if (item.status === 409) return { outcome: 'rejected', error: outdatedError() };
  if (item.error === undefined && item.status < 300) return { outcome: 'done', result: 'deleted', remoteId };
  return failedAnswer(classifyItem(item, ctx.now()));
}
