import type { ConnectorContext } from '../kit/context.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { RecordingFound, RecordingSearch } from '../kit/search.ts';
import type { ElasticsearchConfig } from './config.ts';
import { engineOf } from './engine-of.ts';
import { liveAlias, type IndexedDocument } from './recording-index.ts';

/** Endings that are tried of one beginning of a word. */
const MOST_ENDINGS = 1000;

/**
 * Recordings in which every word is found, newest first: as the beginning of a word, or, for digits, anywhere in a number.
 * An index that was not made yet holds nothing.
 */
export async function searchRecordings(
  ctx: ConnectorContext<ElasticsearchConfig>,
  { words, before, limit }: RecordingSearch,
): Promise<readonly RecordingFound[]> {
  try {
    const { documents } = await engineOf(ctx).search<Pick<IndexedDocument, 'id' | 'startedAt' | 'revision'>>({
      index: liveAlias(ctx),
      query: { bool: { filter: words.map(meets) } },
      size: limit,
      sort: [{ startedAt: 'desc' }, { id: 'desc' }],
      source: ['id', 'startedAt', 'revision'],
      ...(before === undefined ? {} : { after: [Date.parse(before.startedAt), before.id] }),
    });
    return documents.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.code === 'index_not_found_exception') return [];
    throw error;
  }
}

function meets(word: string): object {
  const beginning = { match_phrase_prefix: { words: { query: word, max_expansions: MOST_ENDINGS } } };
  const digits = word.replaceAll(/[^0-9]/g, '');
  if (digits.length < 3 || !/^[+(0-9][0-9()./-]*$/.test(word)) return beginning;
  const inNumber = { wildcard: { numbers: { value: `*${digits.replace(/^00/, '')}*` } } };
  return { bool: { should: [beginning, inNumber], minimum_should_match: 1 } };
}
