import { Client, type estypes } from '@elastic/elasticsearch';
import { elasticsearchConfig } from '../../../connectors/elasticsearch/config.ts';
import {
  documentOf,
  RECORDING_SETTINGS,
  recordingMapping,
} from '../../../connectors/elasticsearch/recording-index.ts';
import { elasticsearchPeer } from '../../support/peers/elasticsearch.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

const INDEX = 'baseline-v1';
const ALIAS = 'baseline';

/** A real Elasticsearch; its own client's bulk helper writes the same documents into an index like ours, beside it. */
export const elasticsearchVendor: DeliveryVendor = {
  name: 'elasticsearch',
  unavailable: () => elasticsearchPeer.unavailable(),
  async start() {
    const peer = await elasticsearchPeer.start();
    const { username, password } = peer.admin;
    const client = new Client({ node: peer.url, auth: { username, password } });
    await client.indices.create({
      index: INDEX,
      aliases: { [ALIAS]: { is_write_index: true } },
      mappings: recordingMapping({
        config: elasticsearchConfig.parse({ node: peer.url, indexPrefix: 'bench' }),
      }) as estypes.MappingTypeMapping,
      settings: RECORDING_SETTINGS,
    });
    return {
      connector: 'elasticsearch',
      title: 'Elasticsearch, one node, 256 MB of heap',
      baselineTitle: "the client's bulk helper, by id and external version, with every refusal told to us",
      config: { node: peer.url, indexPrefix: 'bench' },
      credential: { type: 'basic', username, password },
      async baseline(records, { batch, width }) {
        const documents = records.map(documentOf);
        const bytes = Buffer.byteLength(JSON.stringify(documents.slice(0, batch)));
        const dropped: string[] = [];
        const { failed } = await client.helpers.bulk({
          datasource: documents,
          onDocument: ({ id, revision }) => ({
            index: { _index: ALIAS, _id: id, version: revision, version_type: 'external' },
          }),
          flushBytes: bytes,
          concurrency: width,
          onDrop: ({ document }) => void dropped.push(document.id),
        });
        if (failed > 0) throw new Error(`The baseline failed to write ${failed} documents.`);
      },
      async count(tenantId) {
        const index = `bench-recordings-${tenantId}`;
        await client.indices.refresh({ index });
        return (await client.count({ index })).count;
      },
      async stop() {
        await client.close();
        await peer.stop();
      },
    };
  },
};
