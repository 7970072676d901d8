import type { Client, estypes } from '@elastic/elasticsearch';
import type { ConnectorContext } from '../kit/context.ts';
import type { InventoryItem } from '../kit/inventory.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import { elasticsearchClient } from './client.ts';
import type { ElasticsearchConfig } from './config.ts';
import { recordingAlias } from './recording-index.ts';

const PAGE = 1000;
const KEEP_ALIVE = '2m';

/**
 * Everything in the tenant's index as it stood at the beginning (a point in time), in the order of the ids. An index that
 * was not made yet holds nothing.
 */
export async function* listRecordings(
  ctx: ConnectorContext<ElasticsearchConfig>,
): AsyncGenerator<readonly InventoryItem[]> {
  const client = elasticsearchClient(ctx);
  const opened = await openPoint(client, recordingAlias(ctx));
  if (opened === undefined) return;
  let point = opened;
  let after: estypes.SortResults | undefined;
  try {
    for (;;) {
      const answer = await readPage(client, point, after);
      point = answer.pit_id ?? point;
      const items = answer.hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
      if (items.length === 0) return;
      yield items.map(({ id, revision, held }) => ({ id, revision, held }));
      after = answer.hits.hits.at(-1)?.sort;
    }
  } finally {
    // It ends by itself in two minutes; ending it at once only saves memory over there.
    await client.closePointInTime({ id: point }).catch(() => undefined);
  }
}

async function openPoint(client: Client, index: string): Promise<string | undefined> {
  try {
    // Searches see what was refreshed; without it the last second of writes would seem lost.
    await client.indices.refresh({ index });
    return (await client.openPointInTime({ index, keep_alive: KEEP_ALIVE })).id;
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.code === 'index_not_found_exception')
      return undefined;
    throw error;
  }
}

function readPage(client: Client, point: string, after: estypes.SortResults | undefined) {
  return client.search<InventoryItem>({
    pit: { id: point, keep_alive: KEEP_ALIVE },
    size: PAGE,
    sort: [{ id: 'asc' }],
    _source: ['id', 'revision', 'held'],
    track_total_hits: false,
    ...(after === undefined ? {} : { search_after: after }),
  });
}
