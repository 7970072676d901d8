import { defineConnector } from '../kit/define-connector.ts';
import { snowflakeChecks } from './checks.ts';
import { snowflakeConfig } from './config.ts';
import { discover } from './discover.ts';
import { listRecordings } from './list-recordings.ts';
import { deleteRecording } from './operations/delete-recording.ts';
import { upsertRecording } from './operations/upsert-recording.ts';

/** Keeps a table of Snowflake in step with the recordings, by the vendor's own driver. */
export const snowflake = defineConnector({
  id: 'snowflake',
  version: '1.0.0',
  title: 'Snowflake',
  description:
    'Keeps one row for each recording in your own Snowflake, with holds and erasures kept in step.',
  support: 'core',
  config: snowflakeConfig,
  auth: [{ type: 'keypair_jwt', title: 'User and private key' }],
  hosts: [{ fromConfig: 'url' }, { fromConfig: 'stageUrl', optional: true }],
  rate: { requestsPerSecond: 20, burst: 40 },
  needs: ['own-client'],
  checks: snowflakeChecks,
  operations: { 'upsert-recording': upsertRecording, 'delete-recording': deleteRecording },
  discover,
  inventory: listRecordings,
});
