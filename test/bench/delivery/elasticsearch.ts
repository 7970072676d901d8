import { randomUUID } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';
import { elasticsearchPeer } from '../../support/peers/elasticsearch.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

/** A real Elasticsearch; its own client's bulk helper writes the same documents into an index beside ours. */
export const elasticsearchVendor: DeliveryVendor = {
  name: 'elasticsearch',
  unavailable: () => elasticsearchPeer.unavailable(),
  async start() {
    const peer = await elasticsearchPeer.start();
    const { username, password } = peer.admin;
    const client = new Client({ node: peer.url, auth: { username, password } });
    return {
      connector: 'elasticsearch',
      title: 'Elasticsearch, one node, 256 MB of heap',
      config: { node: peer.url, indexPrefix: 'bench' },
      credential: { type: 'basic', username, password },
      async baseline(records) {
        const index = `baseline-${randomUUID()}`;
        const { failed } = await client.helpers.bulk({
          datasource: records.map(({ kind: _kind, schemaVersion: _schema, ...document }) => document),
          onDocument: ({ id, revision }) => ({
            index: { _index: index, _id: id, version: revision, version_type: 'external' },
          }),
        });
        if (failed > 0) throw new Error(`The baseline failed to write ${failed} documents.`);
        await client.indices.delete({ index });
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
