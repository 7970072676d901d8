import { open, readFile, rm } from 'node:fs/promises';
import { HoldfastError } from '../../recorder-core/errors.ts';

/**
 * One product per data folder. The lock file names the process that holds it; a
 * lock whose process has ended, or whose id now belongs to another program, is
 * taken over.
 */
export async function lockInstance(path: string): Promise<{ release(): Promise<void> }> {
  const mine = `${process.pid} ${await startOf(process.pid)}\n`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(mine);
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await refuseLiving(path);
      await rm(path, { force: true });
    }
  }
  throw new HoldfastError(
    'conflict',
    `The lock ${path} is being taken by another start. Wait for it, then try again.`,
  );
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
