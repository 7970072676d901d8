import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of one process. Labels are closed sets: codes, roles, states; never ids or names. */
export interface Metrics {
  readonly registry: Registry;
  readonly calls: Counter<'outcome'>;
  readonly activeCalls: Gauge;
  readonly sipEvents: Counter<'event'>;
  readonly packets: Counter<'result'>;
  readonly consentSeconds: Histogram;
  readonly sealed: Counter<'kind'>;
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
    calls: counter('calls_total', 'Recording sessions by outcome.', ['outcome']),
    activeCalls: new Gauge({ name: 'holdfast_active_calls', help: 'Recording sessions now.', registers }),
    sipEvents: counter('sip_events_total', 'SIP events by kind.', ['event']),
    packets: counter('rtp_packets_total', 'RTP packets by what became of them.', ['result']),
    consentSeconds: new Histogram({
      name: 'holdfast_consent_decision_seconds',
      help: 'Time to decide consent, before the first stored frame.',
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1],
      registers,
    }),
    sealed: counter('recordings_sealed_total', 'Sealed recordings, whole or recovered after a fault.', [
      'kind',
    ]),
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
