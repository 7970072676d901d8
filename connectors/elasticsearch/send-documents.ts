/** Documents of recordings by the bulk request of an engine, in smaller ones where it takes no more. */
import type { ConnectorContext } from '../kit/context.ts';
import { notSent } from '../kit/failed-answer.ts';
import type { Planned } from '../kit/outcome.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { isRemoteFailure, remoteError, type RemoteError } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';
import type { BulkItem, SearchEngine } from './engine.ts';
import { documentOf, recordingAlias } from './recording-index.ts';

type Ctx = ConnectorContext<ElasticsearchConfig>;
type Plan = Planned<RecordingDocument>;

/** What became of one document: what the engine says of it, why its request was not taken, or undefined where nothing was said. */
export type Item = BulkItem | { readonly failure: RemoteError } | undefined;

/**
 * Sends each document once; one item per plan, in order. A request that is too large for the engine, or for a gateway before
 * it, goes in halves: nothing of it was looked at. Throws RemoteFailure where all share one fate.
 */
export async function sendDocuments(
  engine: SearchEngine,
  ctx: Ctx,
  planned: readonly Plan[],
): Promise<Item[]> {
  try {
    return await sendAtOnce(engine, ctx, planned);
  } catch (error) {
    if (!isRemoteFailure(error) || error.remoteError.remote?.status !== 413) throw error;
    if (planned.length === 1) return [{ failure: tooLarge() }];
    const middle = Math.ceil(planned.length / 2);
    const first = await sendDocuments(engine, ctx, planned.slice(0, middle));
    return [...first, ...(await sendRest(engine, ctx, planned.slice(middle), first.at(-1)))];
  }
}

/** After a failure of the connection the rest is not sent; what was answered for the first half is not lost for it. */
async function sendRest(
  engine: SearchEngine,
  ctx: Ctx,
  planned: readonly Plan[],
  before: Item,
): Promise<Item[]> {
  const stopped = before !== undefined && 'failure' in before && before.failure.scope === 'connection';
  if (stopped) return planned.map(() => ({ failure: notSent(before.failure) }));
  try {
    return await sendDocuments(engine, ctx, planned);
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    const { remoteError: failure } = error;
    return planned.map(() => ({ failure }));
  }
}

async function sendAtOnce(engine: SearchEngine, ctx: Ctx, planned: readonly Plan[]): Promise<Item[]> {
  const operations = planned.flatMap(({ record }) => [
    { index: { _id: record.id, version: record.revision, version_type: 'external' } },
    documentOf(record),
  ]);
  // Through the alias only: a missing alias would become an index with a guessed mapping.
  const items = await engine.bulk(recordingAlias(ctx), operations, true);
  return planned.map((_plan, index) => items[index]);
}

function tooLarge(): RemoteError {
  return remoteError(
    'invalid_record',
    'The search engine, or what stands before it, refused the record as too large.',
    {
      fix: 'Raise what they take (http.max_content_length, the body size of a proxy), or map less of the record.',
      remote: { status: 413 },
    },
  );
}
