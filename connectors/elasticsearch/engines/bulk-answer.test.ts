import { expect, test } from '@jest/globals';
import type { ConnectorContext } from '../../kit/context.ts';
import type { HttpRequest } from '../../kit/http.ts';
import type { ElasticsearchConfig } from '../config.ts';
import type { SearchEngine } from '../engine.ts';
import { elasticsearchEngine } from './elasticsearch-engine.ts';
import { opensearchEngine } from './opensearch-engine.ts';

const ITEMS = [
  { index: { status: 200, result: 'updated', _version: 7 } },
  { index: { status: 400, error: { type: 'strict_dynamic_mapping_exception' } } },
  { delete: { status: 404, result: 'not_found' } },
];
const HEADERS = { 'content-type': 'application/json' };

const DIALECTS: readonly (readonly [
  string,
  (ctx: ConnectorContext<ElasticsearchConfig>) => SearchEngine,
  Readonly<Record<string, string>>,
])[] = [
  ['Elasticsearch', elasticsearchEngine, { ...HEADERS, 'x-elastic-product': 'Elasticsearch' }],
  ['OpenSearch', opensearchEngine, HEADERS],
];

test.each(DIALECTS)('%s is asked for what became of each line, and for nothing else', async (...dialect) => {
  const [, open, headers] = dialect;
  const sent: HttpRequest[] = [];
  const engine = open({
    config: { node: 'http://search.example:9200' },
    now: () => 0,
    http: {
      request(request: HttpRequest) {
        sent.push(request);
        return Promise.resolve({ status: 200, headers, body: Buffer.from(JSON.stringify({ items: ITEMS })) });
      },
    },
  } as unknown as ConnectorContext<ElasticsearchConfig>);
  const items = await engine.bulk('recordings', [{ delete: { _id: '1' } }], true);
  const asked = new URL(sent[0]!.url).searchParams;
  expect(asked.get('filter_path')?.split(',').toSorted()).toEqual([
    'items.*._version',
    'items.*.error.type',
    'items.*.result',
    'items.*.status',
  ]);
  expect(asked.get('require_alias')).toBe('true');
  expect(items).toEqual(ITEMS.map((item) => item.index ?? item.delete));
});
