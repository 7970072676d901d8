import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a process has used since its start, and how late its event loop was since the last look. */
export interface Usage {
  /** Milliseconds of a clock that does not jump. */
  readonly atMs: number;
  /** Processor time of all threads, in microseconds. */
  readonly processMicros: number;
  /** Processor time of the main thread alone, in microseconds. */
  readonly threadMicros: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly residentMB: number;
}

const DELAY_RESOLUTION_MS = 5;

/** Watches the process it is called in; the function it returns reads and begins a new stretch. */
export function watchUsage(): () => Usage {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  return () => {
    const whole = process.cpuUsage();
    const thread = process.threadCpuUsage();
    const usage = {
      atMs: performance.now(),
      processMicros: whole.user + whole.system,
      threadMicros: thread.user + thread.system,
      delayP99Ms: lateness(delay.percentile(99)),
      delayMaxMs: lateness(delay.max),
      residentMB: Math.round(process.memoryUsage.rss() / 1e6),
    };
    delay.reset();
    return usage;
  };
}

/** The histogram holds the whole interval between two looks; what exceeds the resolution is the delay. */
function lateness(nanoseconds: number): number {
  return Math.max(0, Math.round((nanoseconds / 1e6 - DELAY_RESOLUTION_MS) * 10) / 10);
}
