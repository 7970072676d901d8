/** One media thread: a host behind questions, with its news told once a second. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import { answerCalls, failureOf, type Failure } from '../thread-calls.ts';
import type { StreamAlert } from '../../media/stream-alert.ts';
import type { WatchLimits } from '../../media/watch-limits.ts';
import type { LiveMedia, MediaLoad, MediaSpec, StreamUpdate } from './media-engine.ts';
import { MediaHost } from './media-host.ts';
import { steadyClock, type ClockBase } from './steady-clock.ts';

const COUNT_EVERY_MS = 1_000;
/** How often the calls are told as they stand; the watchers' picture is that old at most. */
const TELL_EVERY_MS = 4_000;

/** What a media thread is started with. */
export interface MediaThreadData {
  readonly base: ClockBase;
  readonly limits: Partial<WatchLimits>;
}

/** What a media thread tells without being asked. */
export type MediaNews =
  | { readonly type: 'fault'; readonly recordingId: string; readonly failure: Failure }
  | { readonly type: 'alert'; readonly recordingId: string; readonly alert: StreamAlert }
  | { readonly type: 'counted'; readonly verdicts: Readonly<Record<string, number>> }
  | { readonly type: 'live'; readonly calls: readonly LiveMedia[]; readonly load: MediaLoad };

const { base, limits } = workerData as MediaThreadData;
let counted = new Map<string, number>();

const host = new MediaHost({
  now: steadyClock(base),
  limits,
  listener: {
    fault: (recordingId, error) => {
      tell({ type: 'fault', recordingId, failure: failureOf(error) });
    },
    alert: (recordingId, alert) => {
      tell({ type: 'alert', recordingId, alert });
    },
  },
  onPacket: (verdict) => {
    counted.set(verdict, (counted.get(verdict) ?? 0) + 1);
  },
});

const tell = answerCalls<MediaNews>({
  open: (spec: MediaSpec) => host.open(spec),
  update: (recordingId: string, streamId: string, change: StreamUpdate) => {
    host.update(recordingId, streamId, change);
  },
  close: (recordingId: string, streamId: string) => host.close(recordingId, streamId),
});

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
let lastUse = performance.eventLoopUtilization();

function load(): MediaLoad {
  const use = performance.eventLoopUtilization();
  const { utilization } = performance.eventLoopUtilization(use, lastUse);
  lastUse = use;
  const loopDelayP99Ms = delay.percentile(99) / 1e6;
  delay.reset();
  return { streams: host.streams, utilization, loopDelayP99Ms };
}

setInterval(() => {
  if (counted.size === 0) return;
  tell({ type: 'counted', verdicts: Object.fromEntries(counted) });
  counted = new Map();
}, COUNT_EVERY_MS);
setInterval(() => {
  tell({ type: 'live', calls: host.allLive(), load: load() });
}, TELL_EVERY_MS);
