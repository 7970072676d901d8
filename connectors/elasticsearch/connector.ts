import { defineConnector } from '../kit/define-connector.ts';
import { elasticsearchChecks } from './checks.ts';
import { elasticsearchConfig } from './config.ts';
import { discoverFields } from './discover-fields.ts';
import { listRecordings } from './list-recordings.ts';
import { rebuild } from './rebuild.ts';
import { searchRecordings } from './search-recordings.ts';
import { deleteRecording } from './operations/delete-recording.ts';
import { upsertRecording } from './operations/upsert-recording.ts';

/** Keeps an Elasticsearch or OpenSearch in step with the recordings, one index per tenant. */
export const elasticsearch = defineConnector({
  id: 'elasticsearch',
  version: '1.1.0',
  title: 'Elasticsearch',
  description:
    'Makes recordings findable in your own Elasticsearch or OpenSearch, with holds and deletions kept in step.',
  support: 'core',
  config: elasticsearchConfig,
  auth: [
    { type: 'api_key', title: 'API key', header: 'authorization', prefix: 'ApiKey ' },
    { type: 'basic', title: 'User and password' },
  ],
  hosts: [{ fromConfig: 'node' }],
  rate: { requestsPerSecond: 50, burst: 100 },
  checks: elasticsearchChecks,
  operations: { 'upsert-recording': upsertRecording, 'delete-recording': deleteRecording },
  discover: discoverFields,
  inventory: listRecordings,
  rebuild,
  search: searchRecordings,
  migrations: [{ from: '1.0.0', change: (config) => ({ dialect: 'elasticsearch', fields: [], ...config }) }],
});
