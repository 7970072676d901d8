import { defineConnector } from '../kit/define-connector.ts';
import { elasticsearchChecks } from './checks.ts';
import { elasticsearchConfig } from './config.ts';
import { listRecordings } from './list-recordings.ts';
import { deleteRecording } from './operations/delete-recording.ts';
import { upsertRecording } from './operations/upsert-recording.ts';

/** Keeps an Elasticsearch 8 in step with the recordings, one index per tenant. */
export const elasticsearch = defineConnector({
  id: 'elasticsearch',
  version: '1.0.0',
  title: 'Elasticsearch',
  description: 'Makes recordings findable in your own Elasticsearch, with holds and deletions kept in step.',
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
  inventory: listRecordings,
});
