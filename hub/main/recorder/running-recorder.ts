import { openKekSource } from '../../../recorder-core/capture/kek-source.ts';
import type { Recorder } from '../../../recorder-core/capture/recorder.ts';
import { clockBase, steadyClock } from '../../../recorder-core/capture/streams/steady-clock.ts';
import type { Rulebook } from '../../../recorder-core/policy/rulebook.ts';
import type { RecorderFile } from '../../config/recorder-file.ts';
import { LiveMetrics } from '../../live/live-metrics.ts';
import type { Resources } from '../open-resources.ts';
import { CallTraces } from './call-traces.ts';
import { openMedia } from './open-media.ts';
import { openRecorder } from './open-recorder.ts';
import type { Sealing } from './open-sealing.ts';
import type { Sources } from './open-sources.ts';
import { recorderHooks } from './recorder-hooks.ts';
import { startRootReports } from './report-roots.ts';
import type { VitalSign } from './vital-signs.ts';
import { watchRecorder } from './watch-recorder.ts';

/** A recorder with its media threads and everything that watches it. */
export interface RunningRecorder {
  readonly recorder: Recorder;
  /** Ends what is left of the calls after `graceMs`; resolves when all of them are ready to be sealed. */
  end(graceMs: number): Promise<void>;
  /** Stops watching and the media threads; call `end` before. */
  stop(): Promise<void>;
}

/** Starts media threads and recorder, and ties them to metrics, database and sealing. */
export function runRecorder(
  resources: Resources,
  file: RecorderFile,
  sources: Sources,
  sealing: Sealing,
  rules: () => Rulebook,
  missing: () => VitalSign | undefined,
): RunningRecorder {
  const base = clockBase();
  const live = new LiveMetrics(resources.metrics);
  const media = openMedia(resources, file, base, live, {
    alert: (recordingId, alert) => {
      recorder.alerted(recordingId, alert);
      watch.noteAlert(recordingId, alert);
    },
    fault: (recordingId) => {
      recorder.mediaFaulted(recordingId);
    },
    lost: (recordingId) => {
      recorder.mediaLost(recordingId);
    },
  });
  const keks = openKekSource(resources.keys, resources.newId);
  const recorder = openRecorder(resources, file, {
    media,
    keks,
    policyOf: sources.policyOf,
    rules,
    now: steadyClock(base),
    unableTo: () => missing()?.words,
    hooks: recorderHooks(resources, new CallTraces(), (recordingId, trace) => {
      sealing.add(recordingId, trace);
    }),
  });
  const watch = watchRecorder(resources, recorder, live, rules, () => missing()?.lacks);
  const reports = startRootReports(resources, keks);
  return {
    recorder,
    async end(graceMs) {
      recorder.drain();
      await recorder.endAll(graceMs);
    },
    async stop() {
      await watch.stop();
      await reports.stop();
      await media.stop();
    },
  };
}
