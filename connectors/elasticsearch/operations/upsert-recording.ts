import type { Client, estypes } from '@elastic/elasticsearch';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import { failedAnswer, unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingDocument } from '../../kit/record.ts';
import { isRemoteFailure } from '../../kit/remote-error.ts';
import { upsertAction, upsertState } from '../../kit/standing.ts';
import { classifyItem } from '../classify-item.ts';
import { elasticsearchClient } from '../client.ts';
import type { ElasticsearchConfig } from '../config.ts';
import { createRecordingIndex } from '../create-recording-index.ts';
import { findRecordings, type FoundRecording } from '../find-recordings.ts';
import { recordingAlias, type IndexedDocument } from '../recording-index.ts';

type Ctx = ConnectorContext<ElasticsearchConfig>;
type Plan = Planned<RecordingDocument>;

/**
 * Indexes recordings under their own ids with the revision as external version: sent twice it is one document,
 * and an older revision never overwrites a newer one.
 */
export const upsertRecording: OperationDefinition<ElasticsearchConfig, RecordingDocument> = {
  spec: {
    kind: 'upsert',
    title: 'Index recordings',
    description: 'Writes one document per recording into the index of its tenant, made when it is missing.',
    input: 'recording',
    idempotency: { via: 'client_doc_id' },
    batch: { maxRecords: 1000, maxBytes: 5 * 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata', 'pii'],
  },

  async plan(ctx, records) {
    const alias = recordingAlias(ctx);
    const found = ctx.dryRun
      ? await findRecordings(
          elasticsearchClient(ctx),
          alias,
          records.map(({ id }) => id),
        )
      : undefined;
    return records.map((record, index) => ({
      record,
      key: ctx.keyOf('upsert-recording', record),
      action: found === undefined ? 'upsert' : upsertAction(record, found[index]),
      remoteId: record.id,
      call: { method: 'POST', target: '/_bulk' },
    }));
  },

  async execute(ctx, planned) {
    const client = elasticsearchClient(ctx);
    let items = await bulkIndex(client, ctx, planned);
    if (items.some(isWithoutIndex)) {
      await createRecordingIndex(client, ctx);
      const missed = planned.filter((_plan, index) => isWithoutIndex(items[index]));
      const again = await bulkIndex(client, ctx, missed);
      let next = 0;
      items = items.map((item) => (isWithoutIndex(item) ? again[next++] : item));
    }
    return settleConflicts(client, ctx, planned, items);
  },

  async reconcile(ctx, planned) {
    const ids = planned.map(({ remoteId }) => remoteId);
    const found = await findRecordings(elasticsearchClient(ctx), recordingAlias(ctx), ids);
    return planned.map(({ record, remoteId }, index) => upsertState(record, found[index], remoteId));
  },
};

type Item = estypes.BulkResponseItem | undefined;

async function bulkIndex(client: Client, ctx: Ctx, planned: readonly Plan[]): Promise<Item[]> {
  const answer = await client.bulk<IndexedDocument>({
    index: recordingAlias(ctx),
    // Without it a missing alias would become an index with a guessed mapping.
    require_alias: true,
    operations: planned.flatMap(({ record }) => [
      { index: { _id: record.id, version: record.revision, version_type: 'external' as const } },
      documentOf(record),
    ]),
  });
  return planned.map((_plan, index) => answer.items[index]?.index);
}

function documentOf({
  kind: _kind,
  schemaVersion: _schema,
  fields: _fields,
  ...document
}: RecordingDocument): IndexedDocument {
  return document;
}

function isWithoutIndex(item: Item): boolean {
  return item?.error?.type === 'index_not_found_exception';
}

/** A version conflict means that this revision or a newer one is there already; reading tells which. */
async function settleConflicts(
  client: Client,
  ctx: Ctx,
  planned: readonly Plan[],
  items: readonly Item[],
): Promise<Answer[]> {
  const conflicts = planned
    .filter((_plan, index) => items[index]?.status === 409)
    .map(({ remoteId }) => remoteId);
  const found = new Map<string, FoundRecording | undefined>();
  if (conflicts.length > 0) {
    const read = await readConflicts(client, ctx, conflicts);
    if (read === undefined) return planned.map((plan, index) => answerOf(ctx, plan, items[index], undefined));
    conflicts.forEach((id, index) => found.set(id, read[index]));
  }
  return planned.map((plan, index) => answerOf(ctx, plan, items[index], found));
}

/** Undefined when the read failed: the other answers of the batch are known and must not be lost for it. */
async function readConflicts(
  client: Client,
  ctx: Ctx,
  ids: readonly string[],
): Promise<(FoundRecording | undefined)[] | undefined> {
  try {
    return await findRecordings(client, recordingAlias(ctx), ids);
  } catch (error) {
    if (isRemoteFailure(error)) return undefined;
    throw error;
  }
}

function answerOf(
  ctx: Ctx,
  { record, remoteId }: Plan,
  item: Item,
  found: ReadonlyMap<string, FoundRecording | undefined> | undefined,
): Answer {
  if (item === undefined) return unknownAnswer('Elasticsearch answered for fewer records than were sent.');
  if (item.status === 409) {
    if (found === undefined)
      return unknownAnswer('Elasticsearch has a version already, but could not be read.');
    const there = found.get(remoteId);
    const result = there?.revision === record.revision ? 'unchanged' : 'superseded';
    return { outcome: 'done', result, remoteId, ...versionOf(there?.revision) };
  }
  if (item.error === undefined && item.status < 300) {
    const result = item.result === 'created' ? 'created' : 'updated';
    return { outcome: 'done', result, remoteId, ...versionOf(item._version) };
  }
  return failedAnswer(classifyItem(item, ctx.now()));
}

function versionOf(revision: number | undefined): { remoteVersion?: string } {
  return revision === undefined ? {} : { remoteVersion: String(revision) };
}
