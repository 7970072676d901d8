import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { HoldfastError } from '../../recorder-core/errors.ts';

/**
 * One product per data folder. The lock file names the process that holds it; a
 * lock whose process has ended, or whose id now belongs to another program, is
 * taken over.
 */
export async function lockInstance(path: string): Promise<{ release(): Promise<void> }> {
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, `${process.pid} ${await startOf(process.pid)}\n`, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (await linkNew(mine, path)) return { release: () => rm(path, { force: true }) };
      await clearDead(path);
    }
  } finally {
    await rm(mine, { force: true });
  }
  throw new HoldfastError(
    'conflict',
    `The lock ${path} is being taken by another start. Wait for it, then try again.`,
  );
}

/** The lock appears with its content in one step, so nobody ever reads an empty one. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Puts a dead lock aside under a name of our own before it is removed: of two starts only one can. */
async function clearDead(path: string): Promise<void> {
  await refuseLiving(path);
  const aside = `${path}.${process.pid}.dead`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved === undefined) return;
  try {
    await refuseLiving(aside);
    await rm(aside, { force: true });
  } catch (error) {
    await rename(aside, path); // it was not the one we had looked at: another start had just taken the lock
    throw error;
  }
}

async function refuseLiving(path: string): Promise<void> {
  const [pid = '', start = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
  if (pid === '' || (await startOf(Number(pid))) !== start || start === 'gone') return;
  throw new HoldfastError(
    'conflict',
    `Holdfast already runs on this data folder (process ${pid}). Use that one, stop it first, or start a second one with --data and other ports.`,
  );
}

/** When a process started, in the kernel's own count, so that a reused process id is told apart. */
async function startOf(pid: number): Promise<string> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
}
