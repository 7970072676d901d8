import type { Worker } from 'node:worker_threads';

/** What a process has used since its start. */
export interface Usage {
  /** Milliseconds of a clock that does not jump. */
  readonly atMs: number;
  /** Processor time of all threads, those of libuv and V8 included, in microseconds. */
  readonly processMicros: number;
  /** Processor time of each JavaScript thread in microseconds, the main thread first. */
  readonly threadMicros: readonly number[];
  readonly residentBytes: number;
  /** What V8 holds for the JavaScript of all threads: heap in use and memory outside it. */
  readonly heapBytes: number;
}

/** Watches the process it is called in, and every thread that is started in it from then on. */
export function watchUsage(): () => Promise<Usage> {
  const workers = new Set<Worker>();
  process.on('worker', (worker) => {
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
  });
  return async () => {
    const [whole, memory] = [process.cpuUsage(), process.memoryUsage()];
    const threads = await Promise.all([...workers].map(lookAt));
    return {
      atMs: performance.now(),
      processMicros: whole.user + whole.system,
      threadMicros: [microsOf(process.threadCpuUsage()), ...threads.map(({ micros }) => micros)],
      residentBytes: memory.rss,
      heapBytes: threads.reduce((sum, { bytes }) => sum + bytes, memory.heapUsed + memory.external),
    };
  };
}

async function lookAt(worker: Worker): Promise<{ micros: number; bytes: number }> {
  const [cpu, heap] = await Promise.all([worker.cpuUsage(), worker.getHeapStatistics()]);
  return { micros: microsOf(cpu), bytes: heap.used_heap_size + heap.external_memory };
}

function microsOf({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
