#!/usr/bin/env node
// Runs the command under the Node of the lock file, whatever Node started this.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const node = join(here, '../../node_modules/node/bin/node');
const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', join(here, 'holdfast.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
// A Ctrl-C and a closed terminal reach the child by themselves; this process only waits for its orderly end.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
process.on('SIGHUP', () => process.stdin.isTTY || child.kill('SIGHUP'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', () => {
  process.stderr.write('The packages are not installed. Run `npm start` or `npm ci` first.\n');
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
