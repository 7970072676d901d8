import { classifyResponse } from '../../kit/classify-response.ts';
import type { OperationDefinition } from '../../kit/connector.ts';
import { failedAnswer, unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import { outdatedError, withdrawalRefusal } from '../../kit/withdrawal-rule.ts';
import type { SampleContext } from '../client.ts';
import type { SampleConfig } from '../config.ts';
import { findDocuments, type FoundDocument } from '../find-documents.ts';
import { writeBatch, type BatchResult } from '../write-batch.ts';

type Plan = Planned<RecordingWithdrawal>;

/**
 * Deletes recordings that no hold protects. Each deletion carries the version that the plan read, so that a hold that
 * arrives in between makes it fail instead of being overlooked.
 */
export const deleteRecording: OperationDefinition<SampleConfig, RecordingWithdrawal> = {
  spec: {
    kind: 'delete',
    title: 'Remove recordings',
    description: 'Deletes the document of each recording by id; a held recording stays.',
    input: 'withdrawal',
    idempotency: { via: 'client_doc_id' },
    batch: { maxRecords: 200, maxBytes: 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata'],
  },

  async plan(ctx, records) {
    const found = await findDocuments(
      ctx,
      records.map(({ id }) => id),
    );
    return records.map((record, index) => planOne(ctx, record, found[index]));
  },

  async execute(ctx, planned) {
    const results = await writeBatch(
      ctx,
      planned.map(({ record, basis }) => ({
        id: record.id,
        ifVersion: Number(basis?.['version'] ?? 0),
        revision: record.revision,
        document: null,
      })),
    );
    return planned.map((plan, index) => answerOf(ctx, plan, results[index]));
  },

  async reconcile(ctx, planned) {
    const found = await findDocuments(
      ctx,
      planned.map(({ remoteId }) => remoteId),
    );
    return planned.map(({ remoteId }, index) =>
      found[index] === undefined || found[index].deleted
        ? { state: 'applied', result: 'deleted', remoteId }
        : { state: 'not_applied' },
    );
  },
};

function planOne(ctx: SampleContext, record: RecordingWithdrawal, found: FoundDocument | undefined): Plan {
  const plan = {
    record,
    key: ctx.keyOf('delete-recording', record),
    remoteId: record.id,
    call: { method: 'POST', target: '/batch' },
  };
  const there = found?.deleted === true ? undefined : found;
  const error = withdrawalRefusal(record, there);
  if (error !== undefined) return { ...plan, action: 'refuse', error };
  if (there === undefined) return { ...plan, action: 'none' };
  return { ...plan, action: 'delete', basis: { version: there.version } };
}

function answerOf(ctx: SampleContext, { remoteId }: Plan, result: BatchResult | undefined): Answer {
  if (result === undefined) return unknownAnswer('Sample answered for fewer records.');
  if (result.status === 404) return { outcome: 'done', result: 'absent', remoteId };
  if (result.status < 300) return { outcome: 'done', result: 'deleted', remoteId };
  if (result.status === 409) return { outcome: 'rejected', error: outdatedError() };
  const about = { effect: 'write', nowMs: ctx.now(), code: result.code } as const;
  return failedAnswer(classifyResponse({ status: result.status, headers: {} }, about));
}
