import { readdir, readFile } from 'node:fs/promises';
import type { HubUnderTest } from '../../support/deliveries/hub-under-test.ts';

/** Of `/proc/<pid>/stat`: clock ticks are hundredths of a second on every Linux that Node runs on (`man 5 proc`). */
const TICKS_A_SECOND = 100;

/** What `/proc/<pid>/stat` says that we need, or undefined where there is no such process (any more). */
async function statOf(pid: number): Promise<{ readonly parent: number; readonly ticks: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program stands in brackets and may contain anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  const [user, system, ofEnded, systemOfEnded] = fields.slice(11, 15).map(Number);
  const ticks = (user ?? 0) + (system ?? 0) + (ofEnded ?? 0) + (systemOfEnded ?? 0);
  return { parent: Number(fields[1]), ticks };
}

/** Processor seconds that a process and its children have used so far, those that ended included; NaN where /proc is not had. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const own = await statOf(pid);
  if (own === undefined) return Number.NaN;
  const pids = (await readdir('/proc')).map(Number).filter((one) => Number.isSafeInteger(one) && one !== pid);
  const others = await Promise.all(pids.map(statOf));
  const children = others.filter((one) => one?.parent === pid);
  return (own.ticks + children.reduce((sum, one) => sum + (one?.ticks ?? 0), 0)) / TICKS_A_SECOND;
}

/** Processor seconds of the hub so far. */
export interface HubCpu {
  readonly worker: number;
  /** Of all its backends. */
  readonly postgres: number;
}

/** What the worker and PostgreSQL have used; NaN where /proc is not had. */
export async function cpuOf(hub: Pick<HubUnderTest, 'workerPid' | 'backendPid'>): Promise<HubCpu> {
  const postmaster = (await statOf(await hub.backendPid()))?.parent;
  return {
    worker: await cpuSecondsOf(hub.workerPid()),
    postgres: postmaster === undefined ? Number.NaN : await cpuSecondsOf(postmaster),
  };
}
