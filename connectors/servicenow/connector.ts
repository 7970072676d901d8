import { defineConnector } from '../kit/define-connector.ts';
import { servicenowChecks } from './checks.ts';
import { servicenowConfig } from './config.ts';
import { discover } from './discover.ts';
import { inventory } from './inventory.ts';
import { deleteRecording } from './operations/delete-recording.ts';
import { ticket } from './operations/ticket.ts';
import { upsertRecording } from './operations/upsert-recording.ts';
import { ticketChanges } from './streams/ticket-changes.ts';

/** Tickets of incidents both ways, and recordings in a table of our own application, on a ServiceNow instance. */
export const servicenow = defineConnector({
  id: 'servicenow',
  version: '1.0.0',
  title: 'ServiceNow',
  description:
    'Opens and follows tickets of incidents, closes the incident with its ticket, and keeps recordings with their holds.',
  support: 'core',
  config: servicenowConfig,
  auth: [
    {
      type: 'oauth2_client_credentials',
      title: 'OAuth client credentials',
      token: { fromConfig: 'instance', path: '/oauth_token.do' },
      clientSecretIn: 'body',
    },
    {
      type: 'oauth2_code',
      title: 'Consent of the integration user (OAuth authorization code)',
      authorize: { fromConfig: 'instance', path: '/oauth_auth.do' },
      token: { fromConfig: 'instance', path: '/oauth_token.do' },
      scope: 'useraccount',
      clientSecretIn: 'body',
    },
    { type: 'basic', title: 'User and password' },
  ],
  hosts: [{ fromConfig: 'instance' }],
  // A node does four REST requests at once by default and lets the others wait, so that is the bound; rate rules are the customer's
  // own and answered by the instance.
  rate: { requestsPerSecond: 200, burst: 200, concurrency: 4 },
  checks: servicenowChecks,
  operations: { 'upsert-recording': upsertRecording, 'delete-recording': deleteRecording, ticket },
  discover,
  inventory,
  streams: { 'ticket-changes': ticketChanges },
});
