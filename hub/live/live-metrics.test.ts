import { describe, expect, test } from '@jest/globals';
import type { LiveCall } from '../../recorder-core/capture/recorder-control.ts';
import type { LiveStream } from '../../recorder-core/records/live-calls.ts';
import { openMetrics } from '../observability/metrics.ts';
import { LiveMetrics } from './live-metrics.ts';

const metrics = openMetrics('recorder');
const live = new LiveMetrics(metrics);

function call(recordingId: string, lost: number, change: Partial<LiveStream> = {}): LiveCall {
  const stream: LiveStream = {
    label: '1',
    port: 16_384,
    codec: 'PCMU',
    secured: false,
    held: false,
    packets: 100,
    lost,
    jitterMs: 4,
    mosLq: 4.1,
    silentMs: 10,
    ...change,
  };
  return {
    recordingId,
    startedAtMs: 0,
    transport: 'udp',
    dialect: null,
    state: 'recording',
    streams: [stream],
    alerts: [],
  };
}

async function valueOf(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  const metric = await metrics.registry
    .getSingleMetric(`holdfast_${name.replace(/_(count|sum)$/, '')}`)!
    .get();
  return metric.values.find(
    (value) =>
      (!('metricName' in value) || value.metricName === `holdfast_${name}`) &&
      Object.entries(labels).every(([label, wanted]) => value.labels[label as never] === wanted),
  )?.value;
}

describe('the metrics of calls in progress', () => {
  test('count each lost packet once, also when one was late after all, and forget ended calls', async () => {
    live.observe([call('a', 3)], 0);
    live.observe([call('a', 2)], 1);
    live.observe([call('a', 5), call('b', 1)], 2);
    live.observe([], 3);
    live.observe([call('a', 5)], 4); // another call by that name begins at nought
    expect(await valueOf('rtp_packets_lost_total')).toBe(3 + 2 + 1 + 5);
  });

  test('sample quality four times a minute, and not of streams that are held or have not begun', async () => {
    live.observe([call('a', 0)], 20_000);
    live.observe([call('a', 0)], 21_000);
    live.observe(
      [call('a', 0, { held: true }), call('b', 0, { packets: 0 }), call('c', 0, { mosLq: null })],
      36_000,
    );
    expect(await valueOf('stream_jitter_seconds_count')).toBe(1 + 1 + 1); // the first, 20 s, and c
    expect(await valueOf('stream_mos_count')).toBe(1 + 1);
  });

  test('say for every kind of alert how many stand, nought included', async () => {
    const alert = { kind: 'silence', state: 'raised', label: '1', atMs: 0, detail: '' } as const;
    live.observe([{ ...call('a', 0), alerts: [alert] }], 40_000);
    live.noteAlert(alert);
    live.noteAlert({ ...alert, state: 'cleared' });
    expect(await valueOf('active_alerts', { kind: 'silence' })).toBe(1);
    expect(await valueOf('active_alerts', { kind: 'clock' })).toBe(0);
    expect(await valueOf('alerts_raised_total', { kind: 'silence' })).toBe(1);
    live.observe([], 41_000);
    expect(await valueOf('active_alerts', { kind: 'silence' })).toBe(0);
  });

  test('add packets by the report, and SRTP refusals by reason as well', async () => {
    live.countPackets({ accepted: 50, 'srtp-replayed': 2 });
    live.countPackets({ accepted: 7 });
    expect(await valueOf('rtp_packets_total', { result: 'accepted' })).toBe(57);
    expect(await valueOf('rtp_packets_total', { result: 'srtp-replayed' })).toBe(2);
    expect(await valueOf('srtp_refusals_total', { reason: 'replayed' })).toBe(2);
  });
});
