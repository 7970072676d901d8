import { readdir, readFile } from 'node:fs/promises';

/** A process as it was when it was looked at. */
export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its start in ticks since the machine's: a later process of the same number has another. */
  readonly started: string;
  /** Processor time that it had used, its children that had ended included: in clock ticks, hundredths of a second. */
  readonly ticks: number;
}

/** All processes below one, now. Read from /proc: on a machine without it there are none. */
export async function processesBelow(root: number): Promise<SeenProcess[]> {
  const names = await readdir('/proc').catch(() => []);
  const seen = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => lookAt(Number(name))),
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
    if ((await lookAt(pid))?.started !== started) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

/** A process as proc_pid_stat(5) has it, or undefined where there is none (any more); the name of its program, in brackets, may have blanks in it. */
export async function lookAt(pid: number): Promise<SeenProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), started: fields[19] ?? '', ticks };
}
