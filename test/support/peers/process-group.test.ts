import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { startGroup } from './process-group.ts';

/** Ended, or only waiting for its parent to notice. */
function gone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return existsSync('/proc/self/stat') && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

describe('a process group', () => {
  test('ends with everything it started', async () => {
    const group = startGroup('/bin/sh', ['-c', 'sleep 300 & echo $!; wait'], process.env);
    await until(() => /^\d+\n/.test(group.tail()));
    const grandchild = Number(group.tail());
    expect([group.exited, gone(grandchild)]).toEqual([false, false]);
    await group.stop();
    await until(() => gone(grandchild));
    expect(group.exited).toBe(true);
  });

  test('does not outlive a killed starter', async () => {
    const file = join(import.meta.dirname, 'process-group.ts');
    const script = `const { startGroup } = await import(${JSON.stringify(file)});
      const group = startGroup('/bin/sh', ['-c', 'echo $$; sleep 300'], process.env);
      while (!group.tail().endsWith('\\n')) await new Promise((resolve) => setTimeout(resolve, 10));
      console.log(group.tail().trim());
      setInterval(() => undefined, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
    expect(gone(Number(line))).toBe(false);
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    await until(() => gone(Number(line)));
  });

  test('tells that its program ended by itself', async () => {
    const group = startGroup('/bin/sh', ['-c', 'echo wrong setting >&2; exit 3'], process.env);
    await until(() => group.exited);
    expect(group.tail()).toBe('wrong setting\n');
    await group.stop();
  });
});
