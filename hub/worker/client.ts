import { Client, Connection, type TLSConfig } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import { openDataConverter } from './data-converter.ts';
import type { PayloadKeys } from './payload-codec.ts';

/** A client with the same converter as the workers, and its connection. */
export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  close(): Promise<void>;
}

/** Where Temporal is, and what it is shown of us. */
export interface TemporalAccess {
  /** host:port of the frontend. */
  readonly address: string;
  readonly namespace: string;
  /** In clear where left out. */
  readonly tls?: TLSConfig;
  readonly apiKey?: string;
}

export interface TemporalClientOptions extends TemporalAccess {
  readonly keys: PayloadKeys;
}

/**
 * Opens a client. It connects with the first request, so that its process can
 * start, and say that it is not ready, while the server is away. Requests carry
 * the running trace.
 */
export function openTemporalClient({ namespace, keys, ...access }: TemporalClientOptions): TemporalClient {
  const connection = Connection.lazy(connectionOptions(access));
  const client = new Client({
    connection,
    namespace,
    identity: 'holdfast',
    dataConverter: openDataConverter(keys),
    interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
  });
  return { client, connection, close: () => connection.close() };
}

/** The same for a client's connection and for a worker's. */
export function connectionOptions({ address, tls, apiKey }: Omit<TemporalAccess, 'namespace'>) {
  return { address, ...(tls !== undefined && { tls }), ...(apiKey !== undefined && { apiKey }) };
}
