import { Counter, Histogram, type Registry } from 'prom-client';

/** What a process measures of the connections it uses. Labels are closed sets: connectors and outcomes. */
export interface ConnectionMetrics {
  readonly connectionWaitSeconds: Histogram<'connector'>;
  readonly connectionTokens: Counter<'connector' | 'outcome'>;
}

/** Makes the metrics of connections in a registry. */
export function openConnectionMetrics(registry: Registry): ConnectionMetrics {
  const registers = [registry];
  return {
    connectionWaitSeconds: new Histogram({
      name: 'holdfast_connection_wait_seconds',
      help: "Time that requests to connected systems waited for their connection's budget.",
      labelNames: ['connector'],
      buckets: [0.001, 0.05, 0.2, 1, 3, 10],
      registers,
    }),
    connectionTokens: new Counter({
      name: 'holdfast_connection_tokens_total',
      help: 'Requests for tokens of connections by outcome.',
      labelNames: ['connector', 'outcome'],
      registers,
    }),
  };
}
