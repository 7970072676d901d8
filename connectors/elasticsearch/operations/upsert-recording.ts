import type { OperationDefinition } from '../../kit/connector.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import { failedAnswer, unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingDocument } from '../../kit/record.ts';
import { isRemoteFailure, remoteError } from '../../kit/remote-error.ts';
import { upsertAction, upsertState } from '../../kit/standing.ts';
import { classifyItem } from '../classify-item.ts';
import { ownFields, type ElasticsearchConfig } from '../config.ts';
import { MAPPED_OBJECT } from '../discover-fields.ts';
import type { SearchEngine } from '../engine.ts';
import { engineOf } from '../engine-of.ts';
import { findRecordings, type FoundRecording } from '../find-recordings.ts';
import { extendMapping, makeIndex } from '../prepare-index.ts';
import { recordingAlias } from '../recording-index.ts';
import { sendDocuments, type Item } from '../send-documents.ts';

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
    mapping: { object: MAPPED_OBJECT, defaults: [] },
    dataClasses: ['metadata', 'pii'],
  },

  async plan(ctx, records) {
    const alias = recordingAlias(ctx);
    const found = ctx.dryRun
      ? await findRecordings(
          engineOf(ctx),
          alias,
          records.map(({ id }) => id),
        )
      : undefined;
    const known = new Set(ownFields(ctx.config).map(({ name }) => name));
    return records.map((record, index) => {
      const plan = {
        record,
        key: ctx.keyOf('upsert-recording', record),
        remoteId: record.id,
        call: { method: 'POST', target: '/_bulk' },
      };
      const strange = Object.keys(record.fields ?? {}).find((name) => !known.has(name));
      if (strange !== undefined) return { ...plan, action: 'refuse', error: unknownField(strange) };
      return { ...plan, action: found === undefined ? 'upsert' : upsertAction(record, found[index]) };
    });
  },

  async execute(ctx, planned) {
    const engine = engineOf(ctx);
    let items = await sendDocuments(engine, ctx, planned);
    if (items.some(isWithoutIndex)) {
      await makeIndex(engine, ctx);
      items = await sendAgain(engine, ctx, planned, items, isWithoutIndex);
    }
    if (items.some(isWithoutField) && (await extendMapping(engine, ctx)))
      items = await sendAgain(engine, ctx, planned, items, isWithoutField);
    return settleConflicts(engine, ctx, planned, items);
  },

  async reconcile(ctx, planned) {
    const ids = planned.map(({ remoteId }) => remoteId);
    const found = await findRecordings(engineOf(ctx), recordingAlias(ctx), ids);
    return planned.map(({ record, remoteId }, index) => upsertState(record, found[index], remoteId));
  },
};

/** Sends those that were refused for this reason once more, in their places: nothing of them was written. */
async function sendAgain(
  engine: SearchEngine,
  ctx: Ctx,
  planned: readonly Plan[],
  items: readonly Item[],
  refused: (item: Item) => boolean,
): Promise<Item[]> {
  const again = await sendDocuments(
    engine,
    ctx,
    planned.filter((_plan, index) => refused(items[index])),
  );
  let next = 0;
  return items.map((item) => (refused(item) ? again[next++] : item));
}

function typeOf(item: Item): string | undefined {
  return item === undefined || 'failure' in item ? undefined : item.error?.type;
}

function isWithoutIndex(item: Item): boolean {
  return typeOf(item) === 'index_not_found_exception';
}

/** The index was made before the connection had this field, or by an older version. */
function isWithoutField(item: Item): boolean {
  return typeOf(item) === 'strict_dynamic_mapping_exception';
}

function unknownField(field: string) {
  return remoteError('invalid_record', `The connection has no own field "${field}".`, {
    field,
    fix: 'Add it to the own fields of the connection, or take it out of the mapping.',
  });
}

function isConflict(item: Item): boolean {
  return item !== undefined && !('failure' in item) && item.status === 409;
}

/** A version conflict means that this revision or a newer one is there already; reading tells which. */
async function settleConflicts(
  engine: SearchEngine,
  ctx: Ctx,
  planned: readonly Plan[],
  items: readonly Item[],
): Promise<Answer[]> {
  const conflicts = planned
    .filter((_plan, index) => isConflict(items[index]))
    .map(({ remoteId }) => remoteId);
  const found = new Map<string, FoundRecording | undefined>();
  if (conflicts.length > 0) {
    const read = await readConflicts(engine, ctx, conflicts);
    if (read === undefined) return planned.map((plan, index) => answerOf(ctx, plan, items[index], undefined));
    conflicts.forEach((id, index) => found.set(id, read[index]));
  }
  return planned.map((plan, index) => answerOf(ctx, plan, items[index], found));
}

/** Undefined when the read failed: the other answers of the batch are known and must not be lost for it. */
async function readConflicts(
  engine: SearchEngine,
  ctx: Ctx,
  ids: readonly string[],
): Promise<(FoundRecording | undefined)[] | undefined> {
  try {
    return await findRecordings(engine, recordingAlias(ctx), ids);
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
  if (item === undefined)
    return unknownAnswer('The search engine answered for fewer records than were sent.');
  if ('failure' in item) return failedAnswer(item.failure);
  if (item.status === 409) {
    if (found === undefined)
      return unknownAnswer('The search engine has a version already, but could not be read.');
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
