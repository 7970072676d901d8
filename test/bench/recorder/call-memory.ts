import { setTimeout as wait } from 'node:timers/promises';
import type { Parties } from './carried-calls.ts';
import { usageOf } from './media-load.ts';
import type { CallTraffic } from './sender-process.ts';

/** Few enough calls for any machine, and enough that what is there once is spread thin. */
const FIRST = 200;
const SECOND = 600;
/** Calls come and go first, as in any recorder that has run for a while: V8 has then as much room as they need. */
const WARM_UP = { callsPerSecond: 100, seconds: 6, callSeconds: 2 };
const SEALING_MS = 60_000;
/** Packets until the buffers of a stream are full and V8 has settled. */
const SETTLE_MS = 12_000;

/** What one call more takes while its media arrives, in bytes. */
export interface CallMemory {
  readonly between: readonly [number, number];
  /** Growth of the memory that the process occupies. */
  readonly residentBytes: number;
  /** Growth of what V8 holds: heap in use and memory outside it, of all threads. */
  readonly heapBytes: number;
}

/** Measures a recorder that has not carried more calls at once before. */
export async function measureCallMemory({ recorder, sender }: Parties): Promise<CallMemory> {
  const usageAt = async (calls: number, from: number) => {
    await sender.ask('open', { count: calls - from, secured: false });
    await sender.ask('place', { target: recorder.target, from });
    await sender.ask('start');
    await wait(SETTLE_MS);
    const usage = await usageOf(recorder.process);
    await sender.ask('stop');
    return usage;
  };
  await sender.ask('traffic', { target: recorder.target, ...WARM_UP } satisfies CallTraffic);
  await recorder.sealed(WARM_UP.callsPerSecond * WARM_UP.seconds, SEALING_MS);
  const first = await usageAt(FIRST, 0);
  const second = await usageAt(SECOND, FIRST);
  await sender.ask('end');
  const perCall = (grown: number): number => Math.round(grown / (SECOND - FIRST));
  return {
    between: [FIRST, SECOND],
    residentBytes: perCall(second.residentBytes - first.residentBytes),
    heapBytes: perCall(second.heapBytes - first.heapBytes),
  };
}
