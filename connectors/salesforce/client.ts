import { Connection } from 'jsforce/lib/connection.js';
import 'jsforce/lib/api/bulk2.js';
import type { ConnectorContext } from '../kit/context.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { SalesforceConfig } from './config.ts';
import { HostTransport } from './transport.ts';

export type SalesforceContext = ConnectorContext<SalesforceConfig>;

/** The vendor's client, whose every request goes through `ctx.http`, and what it learnt of the daily requests. */
export interface SalesforceClient {
  readonly conn: Connection;
  /** Throws RemoteFailure `quota` once what is left of the day's requests is the share reserved for others. */
  requireAllowance(): void;
}

/** jsforce over the host's network; it has no credential, retries nothing and follows nothing. */
export function salesforceClient(ctx: SalesforceContext): SalesforceClient {
  const { instanceUrl, apiVersion: version } = ctx.config;
  // Its log would name what is searched for; the environment of the process must not switch it on.
  const conn = new Connection({ instanceUrl, version, logLevel: 'NONE' });
  const transport = new HostTransport(ctx);
  conn._transport = transport;
  return {
    conn,
    requireAllowance() {
      const { usage } = transport;
      if (usage === undefined || usage.used < usage.limit * (1 - ctx.config.reservePercent / 100)) return;
      throw new RemoteFailure(
        remoteError('quota', 'What is left of the API requests of the day is reserved for others.', {
          scope: 'connection',
          fix: 'Wait, lower the reserve in the configuration, or buy more API requests.',
          afterMs: 15 * 60_000,
        }),
      );
    },
  };
}

/** The path of a resource of the REST API, as composite requests want it. */
export function resourcePath({ config }: SalesforceContext, resource: string): string {
  return `/services/data/v${config.apiVersion}/${resource}`;
}

/** A text of SOQL, with what would end or change it escaped. */
export function soqlText(value: string): string {
  return `'${value
    .replace(/[\\'"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')}'`;
}
