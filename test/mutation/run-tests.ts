/** Runs collected tests, all of a file's or some, until the first that fails. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import './resolve-hooks.ts';
import { beginRun } from './cached-authority.ts';
import { collect, type Suite } from './jest-globals.ts';

/** The pseudo-test that stands for loading a file and for its hooks. */
export const LOAD = '(load)';

/** What became of one test. */
export interface Outcome {
  readonly id: string;
  readonly name: string;
  readonly ms: number;
  readonly failure: string | undefined;
}

/** Asked before each test whether it runs; told what runs, for coverage. */
export interface Listener {
  wants(id: string): boolean;
  begins(id: string): void;
}

// Thousands of random bundles for each mutant would take days; what they alone would find counts as not found.
const LEFT_OUT = /random-changes\.test\.ts$/;
// Megabytes for each mutant: as above.
const LEFT_OUT_TESTS =
  /65,534|never claims more than the format|refused when it is too large|whatever their digests are|64 MiB/;
const SLOW_LAST = [
  /attacks/,
  /bundle-content/,
  /verify-command/,
  /verify-bundle/,
  /zip-reader/,
  /outsiders/,
  /timestamp\.test/,
  /authorize\.test/,
  /authorization\/listing\/evaluate/,
];

// MUTATION_TESTS narrows them, to ask what a folder's own tests notice.
const TESTS = 'recorder-core/{ledger,verifier}/**/*.test.ts';

/** The test files of a folder that holds the project, quick ones first. */
export function testFiles(root: string): string[] {
  const all = globSync(process.env['MUTATION_TESTS'] ?? TESTS, { cwd: root }).filter(
    (file) => !LEFT_OUT.test(file),
  );
  const rank = (file: string): number => SLOW_LAST.findIndex((slow) => slow.test(file));
  return all.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

let loads = 0;

/** Loads a file anew and runs the tests that are wanted; stops at the first failure unless told otherwise. */
export async function runFile(
  root: string,
  file: string,
  listener: Listener,
  bail: boolean,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const attempt = async (id: string, name: string, act: () => unknown): Promise<boolean> => {
    const startedAt = performance.now();
    listener.begins(id);
    let failure: string | undefined;
    try {
      await act();
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    if (failure !== undefined || name !== LOAD)
      outcomes.push({ id, name, ms: performance.now() - startedAt, failure });
    return failure === undefined;
  };
  const loadId = `${file} ${LOAD}`;
  let suite: Suite | undefined;
  beginRun();
  loads += 1;
  const url = `${pathToFileURL(join(root, file)).href}?load=${loads}`;
  const loaded = await attempt(loadId, LOAD, async () => {
    suite = await collect(file, () => import(url));
  });
  if (!loaded || suite === undefined) return outcomes;
  const walk = async ({ name, before, after, tests, suites }: Suite, path: string): Promise<boolean> => {
    const here = `${path} > ${name}`;
    for (const act of before) if (!(await attempt(loadId, LOAD, act))) return false;
    for (const one of tests) {
      const id = `${here} > ${one.name}`;
      if (LEFT_OUT_TESTS.test(one.name)) continue;
      if (!listener.wants(id) && !listener.wants(loadId)) continue;
      if (!(await attempt(id, one.name, one.act)) && bail) return false;
    }
    for (const one of suites) if (!(await walk(one, here))) return false;
    for (const act of after) if (!(await attempt(loadId, LOAD, act))) return false;
    return true;
  };
  await walk(suite, '');
  return outcomes;
}
