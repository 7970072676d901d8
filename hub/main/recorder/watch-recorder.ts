import type { Recorder } from '../../../recorder-core/capture/recorder.ts';
import type { StreamAlert } from '../../../recorder-core/media/stream-alert.ts';
import type { Rulebook } from '../../../recorder-core/policy/rulebook.ts';
import type { NodeState } from '../../../recorder-core/records/recorder-nodes.ts';
import type { LiveMetrics } from '../../live/live-metrics.ts';
import { RecorderPresence } from '../../live/recorder-presence.ts';
import { repeatWork } from '../../live/repeated-work.ts';
import { measureSpool } from '../../live/spool-size.ts';
import type { Resources } from '../open-resources.ts';
import { VERSION } from '../version.ts';

/** Between two looks at the calls in progress, for the metrics. */
const LOOK_MS = 3_000;
/** Between two walks through the spool. */
const WALK_MS = 30_000;

/** Everything that watches a running recorder. */
export interface RecorderWatch {
  noteAlert(recordingId: string, alert: StreamAlert): void;
  /** To be called when no call is in progress any more. */
  stop(): Promise<void>;
}

/** Whether a recorder takes calls now. */
export function stateOf(recorder: Recorder): Exclude<NodeState, 'down'> {
  if (recorder.draining) return 'draining';
  return recorder.admit() === undefined ? 'taking' : 'full';
}

/** Begins to tell database and metrics how the recorder is doing, and to carry out what people ask of it. */
export function watchRecorder(
  resources: Resources,
  recorder: Recorder,
  live: LiveMetrics,
  rules: () => Rulebook,
  lacks: () => 'disk' | 'keys' | undefined,
): RecorderWatch {
  const { metrics, spool, log } = resources;
  const onFault = (error: unknown): void => {
    log.warn({ error }, 'the recorder could not be watched for a moment');
  };
  const presence = openPresence(resources, recorder, { rules, lacks }, onFault);
  presence.start();
  const work = [
    repeatWork(
      LOOK_MS,
      () => {
        live.observe(recorder.calls(), performance.now());
        metrics.takingCalls.set(stateOf(recorder) === 'taking' ? 1 : 0);
        return Promise.resolve();
      },
      onFault,
    ),
    repeatWork(
      WALK_MS,
      async () => {
        metrics.spoolBytes.set(await measureSpool(spool));
      },
      onFault,
    ),
  ];
  return {
    noteAlert(recordingId, alert) {
      presence.noteAlert(recordingId, alert);
    },
    async stop() {
      await Promise.all(work.map((one) => one.stop()));
      await presence.stop();
    },
  };
}

function openPresence(
  { config, db, newId, log, metrics }: Resources,
  recorder: Recorder,
  { rules, lacks }: { readonly rules: () => Rulebook; readonly lacks: () => 'disk' | 'keys' | undefined },
  onFault: (error: unknown) => void,
): RecorderPresence {
  const { tenantId, node, region, maxCalls } = config;
  let heard = true;
  return new RecorderPresence({
    db,
    tenantId,
    node,
    region,
    version: VERSION,
    capacity: maxCalls,
    rules: () => ({ packDigest: rules().pack.digest, policyVersion: rules().policyVersion }),
    control: recorder,
    state: () => stateOf(recorder),
    lacks,
    now: () => new Date(),
    newId,
    onHeartbeat: (_calls, error) => {
      metrics.heartbeats.inc({ outcome: error === undefined ? 'done' : 'failed' });
      if (error !== undefined && heard)
        log.warn({ error }, 'the database does not take heartbeats; recording goes on into the spool');
      heard = error === undefined;
    },
    onCommand: ({ id: command, verb, recordingId }, outcome, error) => {
      metrics.commands.inc({ verb, outcome });
      log.info(
        { command, verb, recordingId, outcome, ...(error === undefined ? {} : { error }) },
        'asked by a person',
      );
    },
    onFault,
  });
}
