import { availableParallelism } from 'node:os';
import type { MediaListener } from '../../../recorder-core/capture/streams/media-engine.ts';
import type { ClockBase } from '../../../recorder-core/capture/streams/steady-clock.ts';
import { ThreadedMediaEngine } from '../../../recorder-core/capture/streams/threaded-media-engine.ts';
import type { RecorderFile } from '../../config/recorder-file.ts';
import type { LiveMetrics } from '../../live/live-metrics.ts';
import type { Resources } from '../open-resources.ts';

/** Starts the media threads. Signalling has a thread of its own, and so has sealing; the rest of the machine is for media. */
export function openMedia(
  { config, log, metrics }: Resources,
  { alerts }: RecorderFile,
  base: ClockBase,
  live: LiveMetrics,
  told: Pick<MediaListener, 'alert' | 'fault' | 'lost'>,
): ThreadedMediaEngine {
  return new ThreadedMediaEngine({
    threads: config.mediaThreads ?? Math.max(1, availableParallelism() - 1),
    base,
    limits: {
      deadAfterMs: alerts.deadAfterSeconds * 1000,
      lossPercent: alerts.lossPercent,
      silentAfterMs: alerts.silentAfterSeconds * 1000,
      silenceDbov: alerts.silenceDbov,
      silenceOf: alerts.silenceOf,
    },
    listener: {
      fault: (recordingId, error) => {
        log.error({ recordingId, error }, 'a fault during capture');
        told.fault(recordingId, error);
      },
      alert: (recordingId, alert) => {
        const { kind, state, label } = alert;
        live.noteAlert(alert);
        log.warn({ recordingId, kind, state, label }, 'a stream alert');
        told.alert(recordingId, alert);
      },
      counted: (verdicts) => {
        live.countPackets(verdicts);
      },
      lost: told.lost,
      load: ({ utilization, loopDelayP99Ms }) => {
        metrics.mediaUtilization.observe(utilization);
        metrics.mediaDelay.observe(loopDelayP99Ms / 1000);
      },
    },
  });
}
