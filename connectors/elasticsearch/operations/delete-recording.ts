import type { OperationDefinition } from '../../kit/connector.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import { failedAnswer, unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import { remoteError, type RemoteError } from '../../kit/remote-error.ts';
import { outdatedError, withdrawalRefusal } from '../../kit/withdrawal-rule.ts';
import { classifyItem } from '../classify-item.ts';
import type { ElasticsearchConfig } from '../config.ts';
import type { BulkItem } from '../engine.ts';
import { engineOf } from '../engine-of.ts';
import { findEverywhere, type FoundRecording } from '../find-recordings.ts';
import { copyAlias, recordingAlias } from '../recording-index.ts';
import { requireAlias } from '../require-alias.ts';

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
    const found = await findBoth(ctx, records);
    if (ctx.copy === undefined && found.some(([live]) => live?.there === undefined))
      await requireAlias(engineOf(ctx), ctx);
    return records.map((record, index) => planOne(ctx, record, found[index] ?? []));
  },

  async execute(ctx, planned) {
    const lines = planned.flatMap((plan, index) => placesOf(plan).map((place) => ({ index, plan, place })));
    const operations = lines.map(({ plan: { remoteId, basis = {} }, place }) => ({
      delete: {
        _index: place === 'copy' ? copyAlias(ctx) : recordingAlias(ctx),
        _id: remoteId,
        if_seq_no: Number(basis[`${place}SeqNo`]),
        if_primary_term: Number(basis[`${place}PrimaryTerm`]),
      },
    }));
    const items = await engineOf(ctx).bulk(recordingAlias(ctx), operations, true);
    return planned.map((plan, index) => {
      const answers = lines.flatMap((line, at) =>
        line.index === index ? [answerOf(ctx, plan, items[at])] : [],
      );
      // It is gone where it is gone everywhere.
      return (
        answers.find(({ outcome }) => outcome !== 'done') ?? answers[0] ?? answerOf(ctx, plan, undefined)
      );
    });
  },

  async reconcile(ctx, planned) {
    const found = await findBoth(
      ctx,
      planned.map(({ record }) => record),
    );
    return planned.map(({ remoteId }, index) =>
      (found[index] ?? []).every(({ there }) => there === undefined)
        ? { state: 'applied', result: 'deleted', remoteId }
        : { state: 'not_applied' },
    );
  },
};

/** Where a recording may stand: in what is in use, and in the copy that a rebuild fills, so that it does not come back by it. */
const PLACES = ['live', 'copy'] as const;
type Place = (typeof PLACES)[number];

interface Standing {
  readonly place: Place;
  readonly there: FoundRecording | undefined;
}

/** What both places have of each recording, read in one request. */
async function findBoth(ctx: Ctx, records: readonly RecordingWithdrawal[]): Promise<Standing[][]> {
  const asked = records.flatMap(({ id }) => [
    { index: recordingAlias(ctx), id },
    ...(ctx.copy === undefined ? [{ index: copyAlias(ctx), id }] : []),
  ]);
  const found = await findEverywhere(engineOf(ctx), asked);
  const each = ctx.copy === undefined ? PLACES.length : 1;
  return records.map((_record, index) =>
    PLACES.slice(0, each).map((place, offset) => ({ place, there: found[index * each + offset] })),
  );
}

function placesOf({ basis = {} }: Plan): Place[] {
  return PLACES.filter((place) => basis[`${place}SeqNo`] !== undefined);
}

function planOne(ctx: Ctx, record: RecordingWithdrawal, standings: readonly Standing[]): Plan {
  const plan = {
    record,
    key: ctx.keyOf('delete-recording', record),
    remoteId: record.id,
    call: { method: 'POST', target: '/_bulk' },
  };
  const refusals = standings.map(({ there }) => withdrawalRefusal(record, there));
  const error = refusals.find((refusal) => refusal !== undefined);
  if (error !== undefined) return { ...plan, action: 'refuse', error };
  const basis: Record<string, number> = {};
  for (const { place, there } of standings)
    if (there !== undefined)
      Object.assign(basis, {
        [`${place}SeqNo`]: there.seqNo,
        [`${place}PrimaryTerm`]: there.primaryTerm,
      });
  if (Object.keys(basis).length === 0) return { ...plan, action: 'none' };
  return { ...plan, action: 'delete', basis };
}

function answerOf(ctx: Ctx, { remoteId }: Plan, item: BulkItem | undefined): Answer {
  if (item === undefined)
    return unknownAnswer('The search engine answered for fewer records than were sent.');
  // Not the document is missing but what it stood in, by a rebuild that ended meanwhile or by an administrator's hand.
  if (item.error?.type === 'index_not_found_exception') return failedAnswer(exchanged());
  if (item.status === 404) return { outcome: 'done', result: 'absent', remoteId };
  if (item.status === 409) return { outcome: 'rejected', error: outdatedError() };
  if (item.error === undefined && item.status < 300) return { outcome: 'done', result: 'deleted', remoteId };
  return failedAnswer(classifyItem(item, ctx.now()));
}

function exchanged(): RemoteError {
  return remoteError('conflict', 'The index was exchanged meanwhile; nothing was deleted.', {
    fix: 'It is looked for anew; where it stays so, look at the alias of this tenant.',
    afterMs: 1000,
  });
}
