import { spawn, type ChildProcess } from 'node:child_process';
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
 * Runs everything that must pass: type check, lint, format, and beside them the tests of
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

const TSC = bin('typescript-7/bin/tsc');
/** In two rows, one for each core, that take as long as one another; what is in a row comes one by one. */
const CHECKS: readonly (readonly Check[])[] = [
  [
    { title: 'types', script: TSC, args: ['--noEmit'] },
    {
      title: 'format',
      script: bin('prettier/bin/prettier.cjs'),
      args: ['--check', '--log-level', 'warn', '.'],
    },
  ],
  [
    { title: 'types of the console', script: TSC, args: ['--noEmit', '-p', 'admin-ui'] },
    { title: 'lint', script: bin('eslint/bin/eslint.js'), args: ['--max-warnings', '0', '.'] },
  ],
];

let toldToEnd: NodeJS.Signals | undefined;

/** When this run is told to end, so are the program and, once it has ended, all it had started that still runs. */
function run(script: string, args: readonly string[], flags: readonly string[] = []): Promise<number> {
  return untilEnd(spawn(process.execPath, [...flags, script, ...args], { cwd: ROOT, stdio: 'inherit' }));
}

/** A check at a low priority: it takes what tests leave of the cores. What it says is told in one piece. */
async function runCheck({ title, script, args }: Check): Promise<boolean> {
  const started = performance.now();
  const program = spawn('nice', ['-n', '10', process.execPath, script, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (said += text));
  const code = await untilEnd(program, 'SIGKILL'); // it has nothing to tidy up, and some go on to their end when asked
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${said}${code === 0 ? '✓' : '✗'} ${title} (${seconds} s)\n`);
  return code === 0;
}

function untilEnd(child: ChildProcess, endBy?: NodeJS.Signals): Promise<number> {
  return new Promise((resolve) => {
    let below: Promise<SeenProcess[]> | undefined;
    const pass = (signal: NodeJS.Signals): void => {
      toldToEnd ??= signal;
      below ??= processesBelow(child.pid ?? 0);
      void below.then(() => child.kill(endBy ?? signal));
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    child.on('error', () => resolve(1)); // it could not be started
    child.on('close', (code) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      void (below ?? Promise.resolve([])).then(killAll).then(() => resolve(code ?? 1));
    });
  });
}

/** Ends a run that was told to, as its shell expects of a program that a signal ended. */
function endIfTold(): void {
  if (toldToEnd !== undefined) process.exit(128 + constants.signals[toldToEnd]);
}

/** How many checks failed. */
async function runChecks(): Promise<number> {
  const rows = CHECKS.map(async (row) => {
    let failed = 0;
    for (const check of row) if (toldToEnd === undefined && !(await runCheck(check))) failed += 1;
    return failed;
  });
  return (await Promise.all(rows)).reduce((sum, failed) => sum + failed, 0);
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
// Three tests at a time leave two cores idle now and then: waiting for timers, servers, disks. The checks take that.
const checks = tier === undefined ? runChecks() : Promise.resolve(0);
await Promise.all(made);
endIfTold();
const first = await runTests(jestArguments);
const failedChecks = await checks;
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
