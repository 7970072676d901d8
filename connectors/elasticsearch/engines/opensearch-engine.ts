import { Client, Transport, type API } from '@opensearch-project/opensearch';
import type { ConnectorContext } from '../../kit/context.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../../kit/remote-error.ts';
import type { ElasticsearchConfig } from '../config.ts';
import type { BulkItem, FoundDocument, IndexMapping, ReadDocument, SearchEngine } from '../engine.ts';
import {
  BULK_ANSWER,
  mappingsOf,
  searchBody,
  timesOf,
  WHOLE,
  type OfDocuments,
  type OfIndices,
} from './engine-shapes.ts';
import { ASKS_ONLY, askPermissions } from './opensearch-permissions.ts';
import { throughHost, unlessMissing, unlessThere, type Dialect } from './through-host.ts';

type Ctx = ConnectorContext<ElasticsearchConfig>;

/** Services that run OpenSearch leave its own header out, so it is known by what it is not; `version` asks it. */
const DIALECT: Dialect = {
  product: 'OpenSearch',
  speaks: ({ headers }) => headers['x-elastic-product'] === undefined,
};

/** OpenSearch by its project's own client, whose every request goes through `ctx.http`; it retries nothing itself. */
export function opensearchEngine(ctx: Ctx): SearchEngine {
  const client = new Client({ node: ctx.config.node, Transport: transportOver(ctx), maxRetries: 0 });
  return {
    product: DIALECT.product,
    proven: '3',
    version: async () => versionOf((await client.info()).body),
    async authenticate() {
      try {
        await client.security.authinfo();
        return true;
      } catch (error) {
        // Without its security plugin OpenSearch has no such address, and asks nobody who they are.
        if (isRemoteFailure(error) && error.remoteError.remote?.status === 400) return undefined;
        throw error;
      }
    },
    missingPrivileges: (names) => askPermissions(client, names),
    async nodeTimes() {
      const { body } = await client.nodes.stats({ metric: ['os'] });
      return timesOf(body.nodes as unknown as Record<string, { timestamp?: number }>);
    },
    ...documentsOf(client),
    ...indicesOf(client),
  };
}

/** What is done with documents. */
function documentsOf(client: Client): OfDocuments {
  return {
    async bulk(index, operations, throughAlias) {
      const { body } = await client.bulk({
        index,
        require_alias: throughAlias,
        filter_path: [...BULK_ANSWER],
        body: [...operations],
      });
      return body.items.map((item) => (item.index ?? item.delete) as BulkItem);
    },
    async read<S>(asked: Parameters<SearchEngine['read']>[0], source: readonly string[]) {
      const docs = asked.map(({ index, id }) => ({ _index: index, _id: id, _source: [...source] }));
      return (await client.mget({ body: { docs } })).body.docs as unknown as ReadDocument<S>[];
    },
    async search<S>(search: Parameters<SearchEngine['search']>[0]) {
      const { body } = await client.search({
        ...(search.index === undefined ? {} : { index: search.index }),
        ...WHOLE,
        body: searchBody(search),
      });
      const pointId = body.pit_id;
      return {
        documents: body.hits.hits as unknown as FoundDocument<S>[],
        ...(pointId === undefined ? {} : { pointId }),
      };
    },
    openPoint: async (index, keepAlive) =>
      (await client.createPit({ index: [index], keep_alive: keepAlive })).body.pit_id,
    closePoint: async (id) => void (await client.deletePit({ body: { pit_id: [id] } })),
  };
}

/** What is done with indices, their mappings, templates and aliases. */
function indicesOf(client: Client): OfIndices {
  return {
    refresh: async (index) => void (await client.indices.refresh({ index })),
    createIndex: async (index, body) => void (await client.indices.create({ index, body })),
    deleteIndex: async (index) => void (await client.indices.delete({ index })),
    putComponentTemplate: async (name, template) =>
      void (await client.cluster.putComponentTemplate({ name, body: { template } })),
    makeComponentTemplate: (name, template) =>
      unlessThere(client.cluster.putComponentTemplate({ name, body: { template }, create: true })),
    putIndexTemplate: async (name, body) => void (await client.indices.putIndexTemplate({ name, body })),
    async mappings(index) {
      const found = await unlessMissing(client.indices.getMapping({ index }));
      return found && mappingsOf(found.body as unknown as Record<string, { mappings: IndexMapping }>);
    },
    putMapping: async (index, properties) =>
      void (await client.indices.putMapping({ index, body: { properties } as never })),
    behind: async (name) => Object.keys((await unlessMissing(client.indices.getAlias({ name })))?.body ?? {}),
    changeAliases: async (actions) =>
      void (await client.indices.updateAliases({ body: { actions: actions as never } })),
  };
}

function versionOf({ version }: API.Info_ResponseBody): string {
  const { distribution, number } = version;
  if (distribution === 'opensearch') return number;
  throw new RemoteFailure(
    remoteError('config', 'What answered is not OpenSearch.', {
      scope: 'connection',
      fix: 'Check the address and the dialect; a proxy or another product may stand there.',
    }),
  );
}

type Asked = Parameters<Transport['request']>[0];
type Told = Parameters<Transport['request']>[1];

/** The client's own place for another way to send: everything above it is the project's. */
function transportOver(ctx: Ctx): typeof Transport {
  class HostTransport extends Transport {
    override request(asked: Asked, told?: Told): never {
      const lines = asked.bulkBody as Record<string, unknown>[] | undefined;
      const body =
        lines === undefined ? serialized(this.serializer, asked.body) : this.serializer.ndserialize(lines);
      const query =
        typeof asked.querystring === 'string'
          ? asked.querystring
          : this.serializer.qserialize(asked.querystring);
      const answer = throughHost(ctx, DIALECT, {
        method: asked.method,
        target: `${asked.path}${query === '' ? '' : `?${query}`}`,
        headers:
          body === undefined
            ? {}
            : { 'content-type': lines === undefined ? 'application/json' : 'application/x-ndjson' },
        ...(body === undefined ? {} : { body }),
        asksOnly: told?.context === ASKS_ONLY,
      }).then(({ body: text, ...rest }) => ({
        ...rest,
        body: text === '' ? {} : (JSON.parse(text) as object),
      }));
      // The base class declares a promise that can be aborted; the host's own signal does that here.
      return answer as never;
    }
  }
  return HostTransport;
}

function serialized(serializer: Transport['serializer'], body: unknown): string | undefined {
  if (body === undefined || body === null || body === '') return undefined;
  return typeof body === 'string' ? body : serializer.serialize(body as Record<string, unknown>);
}
