import { BaseConnection, Client } from '@elastic/elasticsearch';
import type { estypes } from '@elastic/elasticsearch';
import type { ConnectorContext } from '../../kit/context.ts';
import type { ElasticsearchConfig } from '../config.ts';
import { NEEDED, type BulkItem, type IndexMapping, type ReadDocument, type SearchEngine } from '../engine.ts';
import {
  BULK_ANSWER,
  mappingsOf,
  searchBody,
  timesOf,
  WHOLE,
  type OfDocuments,
  type OfIndices,
} from './engine-shapes.ts';
import { throughHost, unlessMissing, unlessThere, type Dialect } from './through-host.ts';

type Ctx = ConnectorContext<ElasticsearchConfig>;
type Properties = Record<string, estypes.MappingProperty>;

const DIALECT: Dialect = {
  product: 'Elasticsearch',
  speaks: ({ headers }) => headers['x-elastic-product'] === 'Elasticsearch',
};

/** Elasticsearch by its official client, whose every request goes through `ctx.http`; it retries nothing itself. */
export function elasticsearchEngine(ctx: Ctx): SearchEngine {
  const client = new Client({
    node: ctx.config.node,
    Connection: connectionOver(ctx),
    maxRetries: 0,
    enableMetaHeader: false,
    redaction: { type: 'remove' },
  });
  return {
    product: DIALECT.product,
    proven: '8',
    version: async () => (await client.info()).version.number,
    authenticate: async () => {
      await client.security.authenticate();
      return true;
    },
    async missingPrivileges(names) {
      const asked = { index: [{ names: [...names], privileges: [...NEEDED] }] };
      const { index } = await client.security.hasPrivileges(asked);
      return NEEDED.filter((need) => names.some((name) => index[name]?.[need] !== true));
    },
    async nodeTimes() {
      const { nodes } = await client.nodes.stats({ metric: 'os' });
      return timesOf(nodes);
    },
    ...documentsOf(client),
    ...indicesOf(client),
  };
}

/** What is done with documents. */
function documentsOf(client: Client): OfDocuments {
  return {
    async bulk(index, operations, throughAlias) {
      const body = operations as estypes.BulkOperationContainer[];
      const { items } = await client.bulk({
        index,
        require_alias: throughAlias,
        filter_path: [...BULK_ANSWER],
        operations: body,
      });
      return items.map((item) => (item.index ?? item.delete) as BulkItem);
    },
    async read<S>(asked: Parameters<SearchEngine['read']>[0], source: readonly string[]) {
      const { docs } = await client.mget<S>({
        docs: asked.map(({ index, id }) => ({ _index: index, _id: id, _source: [...source] })),
      });
      return docs as ReadDocument<S>[];
    },
    async search<S>(search: Parameters<SearchEngine['search']>[0]) {
      const { hits, pit_id: pointId } = await client.search<S>({
        ...(search.index === undefined ? {} : { index: search.index }),
        ...WHOLE,
        ...searchBody(search),
      });
      const documents = hits.hits.map((hit) => ({ ...hit, _id: hit._id ?? '' }));
      return { documents, ...(pointId === undefined ? {} : { pointId }) };
    },
    openPoint: async (index, keepAlive) =>
      (await client.openPointInTime({ index, keep_alive: keepAlive })).id,
    closePoint: async (id) => void (await client.closePointInTime({ id })),
  };
}

/** What is done with indices, their mappings, templates and aliases. */
function indicesOf(client: Client): OfIndices {
  return {
    refresh: async (index) => void (await client.indices.refresh({ index })),
    createIndex: async (index, body) => void (await client.indices.create({ index, ...body })),
    deleteIndex: async (index) => void (await client.indices.delete({ index })),
    putComponentTemplate: async (name, template) =>
      void (await client.cluster.putComponentTemplate({ name, template })),
    makeComponentTemplate: (name, template) =>
      unlessThere(client.cluster.putComponentTemplate({ name, template, create: true })),
    putIndexTemplate: async (name, template) =>
      void (await client.indices.putIndexTemplate({ name, ...template })),
    async mappings(index) {
      const found = await unlessMissing(client.indices.getMapping({ index }));
      return found && mappingsOf(found as Record<string, { mappings: IndexMapping }>);
    },
    putMapping: async (index, properties) =>
      void (await client.indices.putMapping({ index, properties: properties as Properties })),
    behind: async (name) => Object.keys((await unlessMissing(client.indices.getAlias({ name }))) ?? {}),
    changeAliases: async (actions) =>
      void (await client.indices.updateAliases({ actions: actions as estypes.IndicesUpdateAliasesAction[] })),
  };
}

type Params = Parameters<BaseConnection['request']>[0];

function connectionOver(ctx: Ctx): typeof BaseConnection {
  return class HostConnection extends BaseConnection {
    override async request(params: Params): Promise<never> {
      const query =
        params.querystring === undefined || params.querystring === '' ? '' : `?${params.querystring}`;
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(params.headers ?? {})) {
        if (typeof value === 'string') headers[name] = value;
      }
      const { body } = params;
      const answer = await throughHost(ctx, DIALECT, {
        method: params.method,
        target: `${params.path}${query}`,
        headers,
        ...(typeof body === 'string' || Buffer.isBuffer(body) ? { body } : {}),
      });
      // The base class declares one answer with a stream and one without; this connector asks for none.
      return answer as never;
    }
  };
}
