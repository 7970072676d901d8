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

/** The lowest and the highest value of a figure in a stretch of time. */
export interface FigureRange {
  readonly lowest: number;
  readonly highest: number;
}

/** A figure in the first and in the last third of the looks. */
export function growthOf(
  looks: readonly ProcessLook[],
  figure: 'residentMB' | 'heapMB',
): { early: FigureRange; late: FigureRange } {
  const values = looks.map((look) => look[figure]);
  const third = Math.ceil(values.length / 3);
  return { early: rangeOf(values.slice(0, third)), late: rangeOf(values.slice(-third)) };
}

function rangeOf(values: readonly number[]): FigureRange {
  return { lowest: Math.round(Math.min(...values)), highest: Math.round(Math.max(...values)) };
}
