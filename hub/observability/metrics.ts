import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { openRecorderMetrics, type RecorderMetrics } from './recorder-metrics.ts';

/** The metrics of one process. Labels are closed sets: codes, roles, states; never ids or names. */
export interface Metrics extends RecorderMetrics {
  readonly registry: Registry;
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly playbacks: Counter<'outcome'>;
  readonly integrityFailures: Counter;
  readonly outboxDispatched: Counter<'outcome'>;
  readonly deliveries: Counter<'connector' | 'outcome'>;
}

/** Makes the metrics of a process, with those of Node itself. */
export function openMetrics(role: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry, prefix: 'holdfast_' });
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
    new Counter({ name: `holdfast_${name}`, help, labelNames, registers });
  return {
    registry,
    ...openRecorderMetrics(registry),
    httpSeconds: new Histogram({
      name: 'holdfast_http_request_seconds',
      help: 'Time to answer an HTTP request.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3],
      registers,
    }),
    playbacks: counter('playbacks_total', 'Playbacks by outcome.', ['outcome']),
    integrityFailures: counter('integrity_failures_total', 'Parts that failed verification.'),
    outboxDispatched: counter('outbox_dispatched_total', 'Outbox messages by outcome.', ['outcome']),
    deliveries: counter('deliveries_total', 'Deliveries to connections by outcome.', [
      'connector',
      'outcome',
    ]),
  };
}
