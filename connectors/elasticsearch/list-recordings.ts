import type { ConnectorContext } from '../kit/context.ts';
import type { InventoryItem } from '../kit/inventory.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';
import type { FoundPage, SearchEngine } from './engine.ts';
import { engineOf } from './engine-of.ts';
import { recordingAlias } from './recording-index.ts';

const PAGE = 1000;
const KEEP_ALIVE = '2m';

/** Everything behind the tenant's alias; see `listIndex`. */
export function listRecordings(
  ctx: ConnectorContext<ElasticsearchConfig>,
): AsyncGenerator<readonly InventoryItem[]> {
  return listIndex(engineOf(ctx), recordingAlias(ctx));
}

/**
 * Everything in an index as it stood at the beginning (a point in time), in the order of the ids. An index that was not made
 * yet holds nothing.
 */
export async function* listIndex(
  engine: SearchEngine,
  index: string,
): AsyncGenerator<readonly InventoryItem[]> {
  const opened = await openPoint(engine, index);
  if (opened === undefined) return;
  let point = opened;
  let after: readonly unknown[] | undefined;
  try {
    for (;;) {
      const answer = await readPage(engine, point, after);
      point = answer.pointId ?? point;
      const items = answer.documents.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
      if (items.length === 0) return;
      yield items.map(({ id, revision, held }) => ({ id, revision, held }));
      after = answer.documents.at(-1)?.sort;
    }
  } finally {
    // It ends by itself in two minutes; ending it at once only saves memory over there.
    await engine.closePoint(point).catch(() => undefined);
  }
}

async function openPoint(engine: SearchEngine, index: string): Promise<string | undefined> {
  try {
    // Searches see what was refreshed; without it the last second of writes would seem lost.
    await engine.refresh(index);
    return await engine.openPoint(index, KEEP_ALIVE);
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.code === 'index_not_found_exception')
      return undefined;
    throw error;
  }
}

function readPage(
  engine: SearchEngine,
  id: string,
  after: readonly unknown[] | undefined,
): Promise<FoundPage<InventoryItem>> {
  return engine.search<InventoryItem>({
    point: { id, keepAlive: KEEP_ALIVE },
    size: PAGE,
    sort: [{ id: 'asc' }],
    source: ['id', 'revision', 'held'],
    ...(after === undefined ? {} : { after }),
  });
}
