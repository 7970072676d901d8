import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a recorder measures of itself. Labels are closed sets; no call, stream or sender has one of its own. */
export interface RecorderMetrics {
  readonly calls: Counter<'outcome'>;
  readonly activeCalls: Gauge;
  readonly callCapacity: Gauge;
  /** 1 while the recorder takes new calls, 0 while it is full or draining. */
  readonly takingCalls: Gauge;
  readonly setupSeconds: Histogram;
  readonly consentSeconds: Histogram;
  readonly sipEvents: Counter<'event'>;
  readonly sipDialogs: Gauge;
  readonly sipTransactions: Gauge<'side'>;
  /** Counted in the media threads and added here by the hundred, never one by one. */
  readonly packets: Counter<'result'>;
  readonly packetsLost: Counter;
  readonly srtpRefusals: Counter<'reason'>;
  readonly streamJitter: Histogram;
  readonly streamMos: Histogram;
  readonly alertsRaised: Counter<'kind'>;
  readonly activeAlerts: Gauge<'kind'>;
  readonly mediaDelay: Histogram;
  readonly mediaUtilization: Histogram;
  readonly sealed: Counter<'kind'>;
  readonly sealingQueue: Gauge;
  readonly spoolBytes: Gauge;
  readonly heartbeats: Counter<'outcome'>;
  readonly commands: Counter<'verb' | 'outcome'>;
}

/** Makes them in a registry. */
export function openRecorderMetrics(registry: Registry): RecorderMetrics {
  const make = makersIn(registry);
  return { ...callMetrics(make), ...mediaMetrics(make), ...storeMetrics(make) };
}

/** Makes one metric of a registry, under our prefix. */
interface Makers {
  counter<L extends string = never>(name: string, help: string, labelNames?: L[]): Counter<L>;
  gauge<L extends string = never>(name: string, help: string, labelNames?: L[]): Gauge<L>;
  histogram(name: string, help: string, buckets: number[]): Histogram;
}

function makersIn(registry: Registry): Makers {
  const registers = [registry];
  return {
    counter: (name, help, labelNames = []) =>
      new Counter({ name: `holdfast_${name}`, help, labelNames, registers }),
    gauge: (name, help, labelNames = []) =>
      new Gauge({ name: `holdfast_${name}`, help, labelNames, registers }),
    histogram: (name, help, buckets) => new Histogram({ name: `holdfast_${name}`, help, buckets, registers }),
  };
}

function callMetrics({ counter, gauge, histogram }: Makers) {
  return {
    calls: counter('calls_total', 'Recording sessions by outcome.', ['outcome']),
    activeCalls: gauge('active_calls', 'Recording sessions now.'),
    callCapacity: gauge('call_capacity', 'Recording sessions that this recorder takes at once.'),
    takingCalls: gauge('taking_calls', '1 while new calls are taken, 0 while full or draining.'),
    setupSeconds: histogram(
      'call_setup_seconds',
      'Time from the INVITE to its answer, of calls that were taken or that consent forbade.',
      [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 4],
    ),
    consentSeconds: histogram(
      'consent_decision_seconds',
      'Time to decide consent, before the first stored frame.',
      [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1],
    ),
    sipEvents: counter('sip_events_total', 'SIP events by kind.', ['event']),
    sipDialogs: gauge('sip_dialogs', 'SIP dialogs in memory.'),
    sipTransactions: gauge('sip_transactions', 'SIP transactions in memory, ours and those of others.', [
      'side',
    ]),
  };
}

function mediaMetrics({ counter, gauge, histogram }: Makers) {
  return {
    packets: counter('rtp_packets_total', 'RTP packets by what became of them.', ['result']),
    packetsLost: counter('rtp_packets_lost_total', 'RTP packets that never came, by their sequence numbers.'),
    srtpRefusals: counter('srtp_refusals_total', 'SRTP and SRTCP packets that were refused, by reason.', [
      'reason',
    ]),
    streamJitter: histogram(
      'stream_jitter_seconds',
      'Jitter of streams in progress, each sampled four times a minute.',
      [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2],
    ),
    streamMos: histogram(
      'stream_mos',
      'Listening quality (MOS-LQ) of streams in progress, each sampled four times a minute.',
      [1.5, 2, 2.5, 3, 3.3, 3.6, 3.8, 4, 4.2, 4.5],
    ),
    alertsRaised: counter('alerts_raised_total', 'Alerts about streams, by kind.', ['kind']),
    activeAlerts: gauge('active_alerts', 'Alerts that stand now, by kind.', ['kind']),
    mediaDelay: histogram(
      'media_thread_delay_seconds',
      'Delay of the loop of a media thread, the 99th percentile of each report.',
      [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
    ),
    mediaUtilization: histogram(
      'media_thread_utilization',
      'Share of its time that a media thread was busy, one sample a report.',
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    ),
  };
}

function storeMetrics({ counter, gauge }: Makers) {
  return {
    sealed: counter('recordings_sealed_total', 'Sealed recordings, whole or recovered after a fault.', [
      'kind',
    ]),
    sealingQueue: gauge('sealing_queue', 'Recordings in the spool that wait to be sealed.'),
    spoolBytes: gauge('spool_bytes', 'Bytes in the spool, calls in progress included.'),
    heartbeats: counter('heartbeats_total', 'Heartbeats to the database by outcome.', ['outcome']),
    commands: counter('recorder_commands_total', 'What people asked of this recorder, by verb and outcome.', [
      'verb',
      'outcome',
    ]),
  };
}
