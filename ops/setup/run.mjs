// Does all set-up, then runs a task. Plain JavaScript on the machine's own Node (20 or newer): when it
// begins, nothing is installed. `npm start`, `npm test`, `npm run test:interop`, `npm run test:endurance`,
// `npm run test:model`, `npm run bench` and `npm run bench:recorder`, `bench:ledger`, `bench:lifecycle`, `bench:delivery`, `bench:authorize` and `bench:vault` come here.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findOrBuildTemporal } from '../temporal/find-or-build.mjs';
import { buildConsole } from './build-console.mjs';
import { installPackages, NODE, ROOT } from './install-packages.mjs';
import { step } from './step.mjs';

const [task = 'start', ...rest] = process.argv.slice(2);
const QUIET = '--disable-warning=ExperimentalWarning';

const TASKS = {
  start: [QUIET, join(ROOT, 'hub/cli/holdfast.ts'), 'start'],
  test: [QUIET, join(ROOT, 'test/run.ts')],
  'test:interop': [QUIET, join(ROOT, 'test/run.ts'), '--interop'],
  'test:endurance': [QUIET, join(ROOT, 'test/run.ts'), '--endurance'],
  'test:model': [QUIET, join(ROOT, 'test/run.ts'), '--model'],
  bench: [QUIET, join(ROOT, 'test/bench/run.ts')],
  'bench:recorder': [QUIET, join(ROOT, 'test/bench/run.ts'), 'recorder'],
  'bench:ledger': [QUIET, join(ROOT, 'test/bench/run.ts'), 'ledger'],
  'bench:lifecycle': [QUIET, join(ROOT, 'test/bench/run.ts'), 'lifecycle'],
  'bench:delivery': [QUIET, join(ROOT, 'test/bench/run.ts'), 'delivery'],
  'bench:authorize': [QUIET, join(ROOT, 'test/bench/run.ts'), 'authorize'],
  'bench:console': [QUIET, join(ROOT, 'test/bench/run.ts'), 'console'],
  'bench:vault': [QUIET, join(ROOT, 'test/bench/run.ts'), 'vault'],
};

const arguments_ = TASKS[task];
if (arguments_ === undefined)
  fail(`There is no task "${task}". There are: ${Object.keys(TASKS).join(', ')}.`);
if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(
    `This is Node ${process.versions.node}; Holdfast needs Node 20 or newer to set itself up. Install it and try again.`,
  );
}

process.stdout.write('Setting up\n');
try {
  await prepare();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
run();

/** The Temporal server builds for minutes where there is none; the packages install meanwhile. */
async function prepare() {
  const cancel = new AbortController();
  const temporal = findOrBuildTemporal({
    signal: cancel.signal,
    report: (line) => process.stdout.write(`  … ${line}\n`),
  });
  temporal.catch(() => undefined); // reported below, after the packages
  try {
    await installPackages();
    await buildConsole();
  } catch (error) {
    cancel.abort();
    throw error;
  }
  await step('a Temporal server is there', () => temporal);
}

function run() {
  const child = spawn(NODE, [...arguments_, ...rest], { stdio: 'inherit', cwd: ROOT });
  // A Ctrl-C and a closed terminal reach the child by themselves; this process waits for it to stop everything.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

function fail(sentence) {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(1);
}
