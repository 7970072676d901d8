import { defineConnector } from '../kit/define-connector.ts';
import { salesforceChecks } from './checks.ts';
import { salesforceClient } from './client.ts';
import { salesforceConfig } from './config.ts';
import { discover } from './discover.ts';
import { listRecordings } from './list-recordings.ts';
import { deleteRecording } from './operations/delete-recording.ts';
import { upsertRecording } from './operations/upsert-recording.ts';

/** Keeps recordings and call tasks in a Salesforce organisation, next to the people they are about. */
export const salesforce = defineConnector({
  id: 'salesforce',
  version: '1.0.0',
  title: 'Salesforce',
  description:
    'Shows recordings next to contacts, leads, accounts and cases, with holds and deletions kept in step.',
  support: 'core',
  config: salesforceConfig,
  auth: [
    {
      type: 'oauth2_jwt_bearer',
      title: 'Signed assertion (External Client App)',
      token: { fromConfig: 'instanceUrl', path: '/services/oauth2/token' },
      audience: { fromConfig: 'audience' },
    },
    {
      type: 'oauth2_client_credentials',
      title: 'Client credentials (External Client App)',
      token: { fromConfig: 'instanceUrl', path: '/services/oauth2/token' },
      clientSecretIn: 'body',
    },
    {
      type: 'oauth2_code',
      title: 'Consent of the integration user (External Client App)',
      authorize: { fromConfig: 'instanceUrl', path: '/services/oauth2/authorize' },
      token: { fromConfig: 'instanceUrl', path: '/services/oauth2/token' },
      scope: 'api refresh_token',
      clientSecretIn: 'body',
    },
  ],
  hosts: [{ fromConfig: 'instanceUrl' }],
  // Salesforce limits the requests of a day, of which `reservePercent` is left, and not those of a second.
  rate: {
    requestsPerSecond: 300,
    burst: 300,
    quota: { header: 'sforce-limit-info', holds: 'usage' },
  },
  checks: salesforceChecks,
  operations: { 'upsert-recording': upsertRecording, 'delete-recording': deleteRecording },
  discover: (ctx) => discover(ctx, salesforceClient(ctx).conn),
  inventory: listRecordings,
});
