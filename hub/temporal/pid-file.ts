import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { until } from '../processes/process-control.ts';

const GRACE_MS = 10_000;

/** Remembers the server of a data folder, so that a later start can end it should its supervisor be killed. */
export async function writePidFile(path: string, pid: number): Promise<void> {
  await writeFile(path, `${pid}\n`, { mode: 0o600 });
}

/** Forgets it; nothing happens where there is none. */
export async function removePidFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/**
 * Ends the process that the pid file names, if it still runs and its command
 * line holds `mark` (a number alone may belong to another program by now).
 * The caller must be the only user of the data folder.
 */
export async function endOrphan(path: string, mark: string): Promise<void> {
  const pid = Number((await readFile(path, 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (!(await runs(pid, mark))) return removePidFile(path);
  signal(pid, 'SIGTERM');
  const gone = async () => !(await runs(pid, mark));
  try {
    await until(gone, GRACE_MS, 'the earlier Temporal server to end');
  } catch {
    signal(pid, 'SIGKILL');
    await until(gone, GRACE_MS, 'the earlier Temporal server to end when killed');
  }
  await removePidFile(path);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself between the look and the signal.
  }
}

async function runs(pid: number, mark: string): Promise<boolean> {
  return (await commandLine(pid)).includes(mark);
}

/** Empty for a process that has ended, also for one that its parent has not collected yet. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
