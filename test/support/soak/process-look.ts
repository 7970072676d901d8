import type { RecorderNode } from '../recorder-node.ts';

/** What a recorder process holds at one moment, by its own metrics. */
export interface ProcessLook {
  /** `performance.now()` of the looker. */
  readonly atMs: number;
  readonly residentMB: number;
  /** JavaScript heap in use in the main thread; falls with each collection. */
  readonly heapMB: number;
  readonly activeCalls: number;
  readonly dialogs: number;
  readonly transactions: number;
  readonly sealing: number;
  /** Files, sockets and pipes of all threads. */
  readonly fileHandles: number;
  /** Timers of the main thread. */
  readonly timers: number;
}

const MEGABYTE = 1_000_000;

/** Looks once. */
export async function lookAt(node: RecorderNode): Promise<ProcessLook> {
  const sums = await node.metrics();
  const read = (name: string, labels = ''): number => sums(`holdfast_${name}`, labels);
  return {
    atMs: performance.now(),
    residentMB: read('process_resident_memory_bytes') / MEGABYTE,
    heapMB: read('nodejs_heap_size_used_bytes') / MEGABYTE,
    activeCalls: read('active_calls'),
    dialogs: read('sip_dialogs'),
    transactions: read('sip_transactions'),
    sealing: read('sealing_queue'),
    fileHandles: read('process_open_fds'),
    timers: read('nodejs_active_resources', 'type="Timeout"'),
  };
}

/** True when nothing is left of any call. */
export function isAtRest(look: ProcessLook): boolean {
  return look.activeCalls + look.dialogs + look.transactions + look.sealing === 0;
}

/** Growth of a figure in a minute: the slope of the straight line that fits best. */
export function growthPerMinute(looks: readonly ProcessLook[], figure: 'residentMB' | 'heapMB'): number {
  const meanAt = mean(looks.map(({ atMs }) => atMs));
  const meanValue = mean(looks.map((look) => look[figure]));
  let covariance = 0;
  let variance = 0;
  for (const look of looks) {
    covariance += (look.atMs - meanAt) * (look[figure] - meanValue);
    variance += (look.atMs - meanAt) ** 2;
  }
  return variance === 0 ? 0 : (covariance / variance) * 60_000;
}

/** The middle value; steadier than the mean where single values stick out. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
