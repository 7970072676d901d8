import { spawn } from 'node:child_process';
import { constants, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { keptBundle } from '../hub/worker/kept-bundle.ts';
import { toSdkLogger } from '../hub/worker/runtime.ts';
import { openLogger } from '../hub/observability/logger.ts';
import { ALLOWED_SKIPS } from './support/allowed-skips.ts';
import { countTests, type TestCount } from './support/count-tests.ts';
import { ALONE, mayRunAgain } from './support/may-run-again.ts';
import { killAll, processesBelow, type SeenProcess } from './support/process-tree.ts';

/**
 * Runs everything that must pass: type check, lint, format, then the tests of
 * the ordinary tiers (or, with --interop, those against independent peers; with
 * --endurance, those that take minutes; with --soak besides, the long soak alone; with
 * --model, the models of the lifecycle over a million steps).
 * Ends with the slowest files, what was skipped and why, and one line of counts. In CI a skip that is
 * not on the list of allowed ones fails the run. A few files that failed on whole processes or services are
 * run once more, alone, and named as unstable when they pass then. Further arguments go to Jest.
 */
const ROOT = join(import.meta.dirname, '..');
// What Node made of a file is kept for all processes of the run, and where the product itself keeps it.
process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/holdfast/code');
const ASKED = new Set(process.argv.slice(2));
/** Tiers of their own, each with a configuration of its own in the folder of its name. */
const tier = ['interop', 'endurance', 'model'].find((name) => ASKED.has(`--${name}`));
const jestArguments = process.argv
  .slice(2)
  .filter((argument) => !['--interop', '--endurance', '--model', '--soak'].includes(argument));
if (ASKED.has('--soak')) {
  process.env['HOLDFAST_TEST_SOAK_MINUTES'] ??= '60';
  jestArguments.push('--testPathPatterns', 'endurance/soak');
}
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const bin = (name: string): string => join(ROOT, 'node_modules', name);

interface Check {
  readonly title: string;
  readonly script: string;
  readonly args: readonly string[];
}

const CHECKS: readonly Check[] = [
  { title: 'types', script: bin('typescript-7/bin/tsc'), args: ['--noEmit'] },
  {
    title: 'types of the console',
    script: bin('typescript-7/bin/tsc'),
    args: ['--noEmit', '-p', 'admin-ui'],
  },
  { title: 'lint', script: bin('eslint/bin/eslint.js'), args: ['--max-warnings', '0', '.'] },
  {
    title: 'format',
    script: bin('prettier/bin/prettier.cjs'),
    args: ['--check', '--log-level', 'warn', '.'],
  },
];

let toldToEnd: NodeJS.Signals | undefined;

/** When this run is told to end, so are the program and, once it has ended, all it had started that still runs. */
function run(script: string, args: readonly string[], flags: readonly string[] = []): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, script, ...args], { cwd: ROOT, stdio: 'inherit' });
    let below: Promise<SeenProcess[]> | undefined;
    const pass = (signal: NodeJS.Signals): void => {
      toldToEnd ??= signal;
      below ??= processesBelow(child.pid ?? 0);
      void below.then(() => child.kill(signal));
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    child.on('exit', (code) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      void (below ?? Promise.resolve([])).then(killAll).then(() => resolve(code ?? 1));
    });
  });
}

/** Ends a run that was told to, as its shell expects of a program that a signal ended. */
function endIfTold(): void {
  if (toldToEnd !== undefined) process.exit(128 + constants.signals[toldToEnd]);
}

/** All at once: each of them uses one core. */
async function runChecks(): Promise<number> {
  const codes = await Promise.all(
    CHECKS.map(async ({ title, script, args }) => {
      const started = performance.now();
      const code = await run(script, args);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? '✓' : '✗'} ${title} (${seconds} s)\n`);
      return code;
    }),
  );
  return codes.filter((code) => code !== 0).length;
}

async function runTests(more: readonly string[]): Promise<TestCount> {
  const report = join(tmpdir(), `holdfast-tests-${process.pid}.json`);
  const config = tier === undefined ? [] : ['--config', `test/${tier}/jest.config.ts`];
  await run(
    bin('jest/bin/jest.js'),
    [...config, '--json', `--outputFile=${report}`, ...more],
    ['--disable-warning=ExperimentalWarning', '--max-old-space-size=4096'],
  );
  return countTests(report);
}

/** The titles of what failed beside others and passed alone; empty where something fails alone too. */
async function runAgain(first: TestCount): Promise<string[]> {
  const files = mayRunAgain(first);
  if (files.length === 0) return [];
  process.stdout.write(`\nOnce more, alone: ${files.join(', ')}\n`);
  const second = await runTests([...ALONE, '--runTestsByPath', ...files]);
  const holds = second.failures.length === 0 && second.brokenFiles === 0;
  return holds ? first.failures.map(({ title }) => title) : [];
}

/** Made once and kept, instead of by every first test at the same time. */
const made = [
  keptBundle(toSdkLogger(openLogger('test', 'test', 'silent'))),
  run(join(ROOT, 'test/support/compile-once.ts'), [], ['--disable-warning=ExperimentalWarning']),
];
const failedChecks = tier === undefined ? await runChecks() : 0;
await Promise.all(made);
endIfTold();
const first = await runTests(jestArguments);
endIfTold();
const unstable = tier === undefined ? await runAgain(first) : [];
endIfTold();
const failed = first.failures.length + first.brokenFiles - unstable.length;
const { passed, skipped } = first;
for (const { file, seconds } of first.slowest)
  process.stdout.write(`slowest: ${relative(ROOT, file)} (${seconds.toFixed(1)} s)\n`);
for (const title of unstable) process.stdout.write(`unstable: ${title} (failed, then passed alone)\n`);
const refused = skipped.filter((title) => !ALLOWED_SKIPS.some((entry) => title.includes(entry.title)));
for (const title of skipped) {
  const reason =
    ALLOWED_SKIPS.find((entry) => title.includes(entry.title))?.reason ?? 'not on the list of allowed skips';
  process.stdout.write(`skipped: ${title} (${reason})\n`);
}
const refusedInCi = process.env['CI'] === undefined ? 0 : refused.length;
if (refusedInCi > 0)
  process.stdout.write(
    `${refusedInCi} skipped tests are not on the list in test/support/allowed-skips.ts.\n`,
  );
process.stdout.write(
  `\n${passed + unstable.length} passed, ${failed + failedChecks + refusedInCi} failed, ${skipped.length} skipped, ${unstable.length} unstable\n`,
);
process.exitCode = failed + failedChecks + refusedInCi > 0 || passed === 0 ? 1 : 0;
