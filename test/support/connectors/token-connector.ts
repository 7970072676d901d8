import { z } from 'zod';
import { inertOperation } from './inert-operation.ts';
import { defineConnector } from '../../../connectors/kit/define-connector.ts';
import type { Connector } from '../../../connectors/kit/connector.ts';

const config = z.strictObject({
  url: z.url().meta({ title: 'Address', description: 'Of the system and of its authorization server.' }),
});

/** A connector that takes every kind of credential that gives tokens; its one check reads `/resource`. */
export function tokenConnector(): Connector {
  const token = { fromConfig: 'url', path: '/token' };
  return defineConnector({
    id: 'token-sample',
    version: '1.0.0',
    title: 'Sample with tokens',
    description: 'For tests of tokens.',
    support: 'core',
    config,
    auth: [
      { type: 'oauth2_client_credentials', title: 'Client', token, clientSecretIn: 'header' },
      { type: 'oauth2_jwt_bearer', title: 'Assertion', token, audience: { fromConfig: 'url' } },
      {
        type: 'oauth2_code',
        title: 'Consent',
        authorize: { fromConfig: 'url', path: '/auth' },
        token,
        scope: 'openid offline_access calls',
      },
    ],
    hosts: [{ fromConfig: 'url' }],
    rate: { requestsPerSecond: 1000, burst: 1000 },
    checks: [
      {
        spec: { id: 'reachable', title: 'Reachable', severity: 'required' },
        async run(ctx) {
          const { status } = await ctx.http.request({ method: 'GET', url: `${ctx.config.url}/resource` });
          return status === 200
            ? { status: 'ok', detail: 'It answers.' }
            : { status: 'fail', detail: `Status ${status}.` };
        },
      },
    ],
    operations: { put: inertOperation },
  });
}
