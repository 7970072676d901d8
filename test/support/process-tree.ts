import { readdir, readFile } from 'node:fs/promises';

/** A process as it was when it was looked at. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its start in ticks since the machine's: a later process of the same number has another. */
  readonly started: string;
}

/** All processes below one, now. Read from /proc: on a machine without it there are none. */
export async function processesBelow(root: number): Promise<SeenProcess[]> {
  const names = await readdir('/proc').catch(() => []);
  const seen = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => look(Number(name))),
  );
  const below: SeenProcess[] = [];
  for (let parents = new Set([root]); parents.size > 0;) {
    const children = seen.filter((one) => one !== undefined && parents.has(one.parent)) as SeenProcess[];
    below.push(...children);
    parents = new Set(children.map(({ pid }) => pid));
  }
  return below;
}

/** Ends at once those that still run; a number that another process has by now is left alone. */
export async function killAll(seen: readonly SeenProcess[]): Promise<void> {
  for (const { pid, started } of seen) {
    if ((await look(pid))?.started !== started) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Reads proc_pid_stat(5); the name of the program, in brackets, may have blanks in it. */
async function look(pid: number): Promise<SeenProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && { pid, parent: Number(fields[1]), started: fields[19] ?? '' };
}
