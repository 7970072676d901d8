import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { openConnectionMetrics, type ConnectionMetrics } from './connection-metrics.ts';
import { openDeliveryMetrics, type DeliveryMetrics } from './delivery-metrics.ts';
import { openRecorderMetrics, type RecorderMetrics } from './recorder-metrics.ts';

/** The metrics of one process. Labels are closed sets: codes, roles, states; never ids or names. */
export interface Metrics extends RecorderMetrics, ConnectionMetrics, DeliveryMetrics {
  readonly registry: Registry;
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly playbacks: Counter<'outcome'>;
  readonly integrityFailures: Counter;
  readonly keyRefusals: Counter<'code'>;
  /** 1 while the root of trust wraps and unwraps, 0 while it does not. */
  readonly keyProviderUp: Gauge;
  readonly outboxDispatched: Counter<'outcome'>;
  readonly ledgerPlaced: Counter;
  readonly ledgerFaults: Counter;
  readonly deliveries: Counter<'connector' | 'outcome'>;
  readonly streamReads: Counter<'outcome'>;
  readonly streamEvents: Counter;
  readonly webhooksQueued: Counter;
  readonly webhookAttempts: Counter<'outcome'>;
  readonly mails: Counter<'outcome'>;
  readonly ledgerAnchors: Counter<'what' | 'outcome'>;
  readonly ledgerAlarmsRaised: Counter<'kind'>;
  readonly ledgerAlarms: Gauge;
  /** 1 for the verdict of the last probe of this process, 0 for the others. */
  readonly objectStoreVerdict: Gauge<'verdict'>;
}

/** Makes the metrics of a process, with those of Node itself. */
export function openMetrics(role: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry, prefix: 'holdfast_' });
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> =>
    new Counter({ name: `holdfast_${name}`, help, labelNames, registers });
  const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> =>
    new Gauge({ name: `holdfast_${name}`, help, labelNames, registers });
  return {
    registry,
    ...openRecorderMetrics(registry),
    ...openConnectionMetrics(registry),
    ...openDeliveryMetrics(registry),
    httpSeconds: new Histogram({
      name: 'holdfast_http_request_seconds',
      help: 'Time to answer an HTTP request.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3],
      registers,
    }),
    playbacks: counter('playbacks_total', 'Playbacks by outcome.', ['outcome']),
    integrityFailures: counter('integrity_failures_total', 'Parts that failed verification.'),
    keyRefusals: counter('key_refusals_total', 'Uses of a root key that were refused, by error code.', [
      'code',
    ]),
    keyProviderUp: gauge('key_provider_up', 'Whether the root of trust wraps and unwraps.'),
    outboxDispatched: counter('outbox_dispatched_total', 'Outbox messages by outcome.', ['outcome']),
    ledgerPlaced: counter('ledger_placed_total', 'Leaves that got their place in the log.'),
    ledgerFaults: counter('ledger_faults_total', 'Times leaves could not be given their place.'),
    ...exchangeMetrics(counter),
    ledgerAnchors: counter(
      'ledger_anchors_total',
      'Witnesses and time-stamp authorities asked, by outcome.',
      ['what', 'outcome'],
    ),
    ledgerAlarmsRaised: counter('ledger_alarms_total', 'Alarms about a ledger, by kind.', ['kind']),
    ledgerAlarms: gauge('ledger_alarms', 'Alarms about ledgers that stand.'),
    objectStoreVerdict: gauge(
      'object_store_verdict',
      '1 for what the last probe of the object store found, 0 for the other verdicts.',
      ['verdict'],
    ),
  };
}

type MakeCounter = <L extends string = never>(name: string, help: string, labelNames?: L[]) => Counter<L>;

/** What goes to connected systems and comes from them. */
function exchangeMetrics(
  counter: MakeCounter,
): Pick<
  Metrics,
  'deliveries' | 'streamReads' | 'streamEvents' | 'webhooksQueued' | 'webhookAttempts' | 'mails'
> {
  return {
    deliveries: counter('deliveries_total', 'Deliveries to connections by outcome.', [
      'connector',
      'outcome',
    ]),
    streamReads: counter('connection_reads_total', 'Readings of streams of connected systems by outcome.', [
      'outcome',
    ]),
    streamEvents: counter(
      'connection_events_total',
      'Events that were read from connected systems and not known before.',
    ),
    webhooksQueued: counter('webhooks_queued_total', 'Events that were queued for an endpoint of webhooks.'),
    webhookAttempts: counter('webhook_attempts_total', 'Attempts to send a webhook by outcome.', ['outcome']),
    mails: counter('mails_total', 'Attempts to send a mail, by the state of the mail after it.', ['outcome']),
  };
}
