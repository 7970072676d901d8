import { defineConnector } from '../kit/define-connector.ts';
import { sampleChecks } from './checks.ts';
import { sampleConfig } from './config.ts';
import { discoverFields } from './discover-fields.ts';
import { listDocuments } from './list-documents.ts';
import { deleteRecording } from './operations/delete-recording.ts';
import { upsertRecording } from './operations/upsert-recording.ts';

/** Keeps a collection of Sample in step with the recordings. */
export const sample = defineConnector({
  id: 'sample',
  version: '1.0.0',
  title: 'Sample',
  description: 'Keeps a collection of Sample in step with the recordings, holds and deletions included.',
  support: 'community',
  config: sampleConfig,
  auth: [{ type: 'bearer', title: 'Token' }],
  hosts: [{ fromConfig: 'address' }],
  rate: { requestsPerSecond: 20, burst: 20 },
  checks: sampleChecks,
  operations: { 'upsert-recording': upsertRecording, 'delete-recording': deleteRecording },
  discover: discoverFields,
  inventory: listDocuments,
});
