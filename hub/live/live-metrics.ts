import type { LiveCall } from '../../recorder-core/capture/recorder-control.ts';
import type { StreamAlert, StreamAlertKind } from '../../recorder-core/media/stream-alert.ts';
import type { RecorderMetrics } from '../observability/recorder-metrics.ts';

const KINDS = [
  'dead-stream',
  'one-way-audio',
  'codec-mismatch',
  'sustained-loss',
  'silence',
  'clock',
] as const satisfies readonly StreamAlertKind[];
/** Between two samples of the quality of one stream. */
const SAMPLE_MS = 15_000;
/** Verdicts of the media threads that say why SRTP refused a packet. */
const SRTP_PREFIX = 'srtp-';

/** Feeds the metrics from what the recorder tells every few seconds; its cost grows with streams, not with packets. */
export class LiveMetrics {
  readonly #metrics: RecorderMetrics;
  /** Packets lost so far, by recording and label: the counter takes the difference. */
  #lost = new Map<string, number>();
  #sampledAtMs = -Infinity;

  constructor(metrics: RecorderMetrics) {
    this.#metrics = metrics;
    for (const kind of KINDS) metrics.activeAlerts.set({ kind }, 0);
  }

  /** Takes a look at all calls in progress. `nowMs` is any clock that only goes forward. */
  observe(calls: readonly LiveCall[], nowMs: number): void {
    this.#countLost(calls);
    for (const kind of KINDS)
      this.#metrics.activeAlerts.set(
        { kind },
        calls.reduce((sum, { alerts }) => sum + alerts.filter((alert) => alert.kind === kind).length, 0),
      );
    if (nowMs - this.#sampledAtMs < SAMPLE_MS) return;
    this.#sampledAtMs = nowMs;
    for (const { packets, jitterMs, mosLq, held } of calls.flatMap(({ streams }) => streams)) {
      if (packets === 0 || held) continue;
      this.#metrics.streamJitter.observe(jitterMs / 1000);
      if (mosLq !== null) this.#metrics.streamMos.observe(mosLq);
    }
  }

  /** Counts an alert once, when it is raised. */
  noteAlert({ kind, state }: StreamAlert): void {
    if (state === 'raised') this.#metrics.alertsRaised.inc({ kind });
  }

  /** Adds datagrams since the last report, by verdict. */
  countPackets(verdicts: Readonly<Record<string, number>>): void {
    for (const [verdict, count] of Object.entries(verdicts)) {
      this.#metrics.packets.inc({ result: verdict }, count);
      if (verdict.startsWith(SRTP_PREFIX))
        this.#metrics.srtpRefusals.inc({ reason: verdict.slice(SRTP_PREFIX.length) }, count);
    }
  }

  #countLost(calls: readonly LiveCall[]): void {
    const lost = new Map<string, number>();
    for (const { recordingId, streams } of calls)
      for (const stream of streams) {
        const name = `${recordingId} ${stream.label}`;
        // Packets that were late after all make the number smaller; it is counted again only past where it was.
        const counted = this.#lost.get(name) ?? 0;
        this.#metrics.packetsLost.inc(Math.max(0, stream.lost - counted));
        lost.set(name, Math.max(counted, stream.lost));
      }
    this.#lost = lost; // ended calls are forgotten with the old map
  }
}
