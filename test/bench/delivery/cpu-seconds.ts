import type { HubUnderTest } from '../../support/deliveries/hub-under-test.ts';
import { lookAt, processesBelow } from '../../support/process-tree.ts';

/** On every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

/** Processor seconds that a process and its children have used so far, those that ended included; NaN where /proc is not had. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const own = await lookAt(pid);
  if (own === undefined) return Number.NaN;
  const children = (await processesBelow(pid)).filter(({ parent }) => parent === pid);
  return [own, ...children].reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_A_SECOND;
}

/** Processor seconds of the hub so far. */
export interface HubCpu {
  readonly worker: number;
  /** Of all its backends. */
  readonly postgres: number;
}

/** What the worker and PostgreSQL have used; NaN where /proc is not had. */
export async function cpuOf(hub: Pick<HubUnderTest, 'workerPid' | 'backendPid'>): Promise<HubCpu> {
  const postmaster = (await lookAt(await hub.backendPid()))?.parent;
  return {
    worker: await cpuSecondsOf(hub.workerPid()),
    postgres: postmaster === undefined ? Number.NaN : await cpuSecondsOf(postmaster),
  };
}
