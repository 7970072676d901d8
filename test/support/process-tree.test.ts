import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { killAll, processesBelow } from './process-tree.ts';

test('what a process started, and what that started, is found and ended', async () => {
  const shell = spawn('/bin/sh', ['-c', '/bin/sh -c "sleep 600; true" & echo ready; wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(shell.stdout, 'data');
  const below = (await processesBelow(process.pid)).filter(({ pid }) => pid !== shell.pid);
  const inner = below.filter(({ parent }) => parent === shell.pid);
  expect(inner).toHaveLength(1);
  const seen = [...(await processesBelow(shell.pid!)), ...inner];
  const ended = once(shell, 'close'); // nobody holds its output any more
  shell.kill('SIGKILL');
  await killAll(seen);
  await ended;
});

test('a process that took the number of one that ended is left alone', async () => {
  const shell = spawn('/bin/sh', ['-c', 'echo ready; read line'], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(shell.stdout, 'data');
  const [seen] = (await processesBelow(process.pid)).filter(({ pid }) => pid === shell.pid);
  await killAll([{ ...seen!, started: 'earlier' }]);
  const ended = once(shell, 'exit');
  shell.stdin.end('\n');
  expect(await ended).toEqual([0, null]); // by itself
});
