import { defineConnector } from '../kit/define-connector.ts';
import { webhookConfig } from './config.ts';
import { classifyResponse } from '../kit/classify-response.ts';
import { RemoteFailure } from '../kit/remote-error.ts';
import { notice } from './operations/notice.ts';
import { ticket } from './operations/ticket.ts';

/** Any system that speaks Standard Webhooks: takes tickets and notices, and may send events. */
export const webhook = defineConnector({
  id: 'webhook',
  version: '1.0.0',
  title: 'Signed webhook',
  description:
    'Sends tickets and notices to any address, signed by Standard Webhooks, and takes signed events.',
  support: 'core',
  config: webhookConfig,
  auth: [{ type: 'webhook', title: 'Signing secrets' }],
  hosts: [{ fromConfig: 'url' }],
  rate: { requestsPerSecond: 20, burst: 50 },
  checks: [
    {
      spec: {
        id: 'reachable',
        title: 'The address answers and believes the signature',
        severity: 'required',
      },
      async run(ctx) {
        if (ctx.config.url === undefined)
          return { status: 'ok', detail: 'Nothing is sent over this connection.' };
        const response = await ctx.http.request({
          method: 'GET',
          url: ctx.config.url,
          headers: { 'webhook-id': `check_${ctx.now()}` },
        });
        if (response.status < 300) return { status: 'ok', detail: 'The address answers.' };
        if (response.status === 405)
          return {
            status: 'warn',
            detail: 'The address answers, but not to GET; the signature was not tried.',
          };
        throw new RemoteFailure(classifyResponse(response, { effect: 'read', nowMs: ctx.now() }));
      },
    },
  ],
  operations: { ticket, notice },
});
