/** The loader and the surroundings of test files, in runs of Jest of their own over files that behave badly. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../../hub/processes/process-control.ts';
import { ALONE } from '../may-run-again.ts';

const JEST = join(import.meta.dirname, '../../../node_modules/jest/bin/jest.js');
let folder: string;
let begun: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-shared-modules-'));
});
afterEach(async () => {
  begun?.kill('SIGKILL'); // where it did not end by itself
  await rm(folder, { recursive: true, force: true });
});

/** Begins a run of Jest over these files, by name. */
async function begin(files: Readonly<Record<string, string>>, ...args: string[]): Promise<ChildProcess> {
  for (const [name, lines] of Object.entries(files)) await writeFile(join(folder, `${name}.test.ts`), lines);
  const config = {
    rootDir: folder,
    testMatch: ['**/*.test.ts'],
    testEnvironment: join(import.meta.dirname, 'environment.ts'),
    runtime: join(import.meta.dirname, 'runtime.ts'),
    transform: {},
    injectGlobals: false,
    watchman: false,
    reporters: [join(import.meta.dirname, 'stray-errors.ts'), 'default'],
  };
  const report = `--outputFile=${join(folder, 'report.json')}`;
  begun = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      JEST,
      '--config',
      JSON.stringify(config),
      '--json',
      report,
      ...args,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return begun;
}

interface Report {
  readonly numPassedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { status: string; title: string }[];
  }[];
}

/** What a run says at its end, and what it wrote. */
async function run(
  files: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Report & { output: string }> {
  const child = await begin(files, ...args);
  const [output] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  return { ...(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report), output };
}

const failed = ({ testResults }: Report): string[] =>
  testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ status, title }) => (status === 'failed' ? [title] : []))
    .sort();

const FINE = "import { test } from '@jest/globals';\ntest('fine', () => undefined);\n";

test('a file that cannot be loaded is one that could not be run, and the others run', async () => {
  const report = await run(
    {
      absent: `import './absent.ts';\n${FINE}`,
      throws: `${FINE}throw new Error('at its top');\n`,
      broken: `${FINE}const broken: number = ;\n`,
      fine: FINE,
    },
    '--runInBand',
  );
  expect(report.numRuntimeErrorTestSuites).toBe(3);
  expect(report.numPassedTests).toBe(1);
  expect(report.output).toContain('at its top');
});

test('a rejection that nobody hears fails the test in which it came', async () => {
  const lines = `${FINE}test('unheard', () => {\n  void Promise.reject(new Error('unheard'));\n  return new Promise((end) => setTimeout(end, 20));\n});\n`;
  expect(failed(await run({ one: lines, two: FINE }, '--runInBand'))).toEqual(['unheard']);
});

test('the next file finds the process as the one before found it', async () => {
  const lines = `
    import { expect, jest, test } from '@jest/globals';
    test('clean', () => {
      expect([process.env['LEFT'], process.exitCode, Date.now() > 5]).toEqual([undefined, undefined, true]);
    });
    test('leaves things behind', () => {
      process.env['LEFT'] = 'behind';
      process.exitCode = 3;
      jest.useFakeTimers();
      jest.spyOn(Date, 'now').mockReturnValue(1);
    });`;
  const report = await run({ one: lines, two: lines }, '--runInBand');
  expect(failed(report)).toEqual([]);
  expect(report.numPassedTests).toBe(4);
});

test('a run of files alone ends, though one of them left something open', async () => {
  const lines = `${FINE}setInterval(() => undefined, 1000);\n`;
  expect((await run({ one: lines }, ...ALONE)).numPassedTests).toBe(1);
});

test('an error that is thrown between two files ends the worker and fails the run', async () => {
  const done = 0; // what a worker answers when a file has run: PARENT_MESSAGE_OK of jest-worker
  const lines = `${FINE}
    const send = process.send.bind(process);
    process.send = (message, ...rest) => {
      // Written by the time \`send\` comes back; the next file comes no sooner than this turn of the loop ends.
      if (message[0] === ${done}) process.nextTick(() => { throw new Error('too late'); });
      return send(message, ...rest);
    };`;
  const report = await run({ one: lines, two: FINE, three: FINE }, '--maxWorkers=2');
  expect(report.numPassedTests).toBe(3);
  expect(report.numRuntimeErrorTestSuites).toBe(1);
  expect(report.output).toMatch(/After \S*one\.test\.ts:\nError: too late/);
});

test('workers whose run is over end by themselves', async () => {
  const report = await run({ one: FINE, two: FINE }, '--maxWorkers=2');
  expect(report.numPassedTests).toBe(2);
  expect(report.output).not.toContain('failed to exit gracefully');
});

test('a worker whose run was killed ends', async () => {
  const file = join(folder, 'worker');
  const lines = `
    import { writeFileSync } from 'node:fs';
    import { test } from '@jest/globals';
    test('goes on', () => {
      writeFileSync(${JSON.stringify(file)}, String(process.pid));
      return new Promise((end) => setTimeout(end, 60_000));
    }, 60_000);`;
  const child = await begin({ one: lines, two: FINE }, '--maxWorkers=2');
  const said = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  await until(async () => (await said(file)) !== '', 45_000, 'the worker to work');
  const pid = Number(await said(file));
  expect(pid).not.toBe(child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until(async () => (await said(`/proc/${pid}/cmdline`)) === '', 45_000, 'the worker to end');
});
