import { Client, Connection } from '@temporalio/client';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import { openDataConverter } from './data-converter.ts';
import type { PayloadKeys } from './payload-codec.ts';

/** A client with the same converter as the workers, and its connection. */
export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  close(): Promise<void>;
}

export interface TemporalClientOptions {
  /** host:port of the frontend. */
  readonly address: string;
  readonly namespace: string;
  readonly keys: PayloadKeys;
}

/**
 * Opens a client. It connects with the first request, so that its process can
 * start, and say that it is not ready, while the server is away. Requests carry
 * the running trace.
 */
export function openTemporalClient({ address, namespace, keys }: TemporalClientOptions): TemporalClient {
  const connection = Connection.lazy({ address });
  const client = new Client({
    connection,
    namespace,
    identity: 'holdfast',
    dataConverter: openDataConverter(keys),
    interceptors: { workflow: [new OpenTelemetryWorkflowClientInterceptor()] },
  });
  return { client, connection, close: () => connection.close() };
}
