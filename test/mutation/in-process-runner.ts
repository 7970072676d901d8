/**
 * A test runner for Stryker that keeps tests and mutants in one process: a mutant costs the tests that reach it, and
 * not a start of Jest. Stryker restarts the process for mutants in code that runs once, and after endless loops.
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LOAD, runFile, testFiles, type Outcome } from './run-tests.ts';

/** What instrumented code and Stryker share, see `@stryker-mutator/instrumenter`. */
interface Namespace {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: unknown;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

interface MutantRun {
  readonly activeMutant: { readonly id: string; readonly fileName: string };
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly mutantActivation: 'runtime' | 'static';
}

const SOURCES = 'recorder-core/{ledger,verifier}/**/*.ts';

const shared = globalThis as unknown as { __stryker__?: Namespace };

class InProcessRunner {
  readonly #root = process.cwd();
  #loaded = false;

  capabilities(): { readonly reloadEnvironment: boolean } {
    return { reloadEnvironment: false };
  }

  async dryRun(): Promise<object> {
    await this.#load();
    const outcomes: Outcome[] = [];
    const listener = {
      wants: () => true,
      begins: (id: string) => void (this.#namespace().currentTestId = id),
    };
    for (const file of testFiles(this.#root))
      outcomes.push(...(await runFile(this.#root, file, listener, false)));
    this.#namespace().currentTestId = undefined;
    const tests = [
      ...testFiles(this.#root).map((file) => ({
        id: `${file} ${LOAD}`,
        name: file,
        ms: 0,
        failure: undefined,
      })),
      ...outcomes.filter(({ name }) => name !== LOAD),
    ];
    return {
      status: 'complete',
      tests: tests.map(({ id, name, ms, failure }) => ({
        id,
        name,
        timeSpentMs: ms,
        ...(failure === undefined ? { status: 'success' } : { status: 'failed', failureMessage: failure }),
      })),
      mutantCoverage: this.#namespace().mutantCoverage,
    };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }: MutantRun): Promise<object> {
    const namespace = this.#namespace();
    namespace.hitLimit = hitLimit;
    namespace.hitCount = hitLimit === undefined ? undefined : 0;
    if (mutantActivation === 'static') namespace.activeMutant = activeMutant.id;
    let ran = 0;
    try {
      await this.#load();
      namespace.activeMutant = activeMutant.id;
      const wanted = testFilter && new Set(testFilter);
      const listener = {
        wants: (id: string) => wanted === undefined || wanted.has(id),
        begins: () => void (ran += 1),
      };
      for (const file of ownFirst(testFiles(this.#root), activeMutant.fileName)) {
        if (
          wanted !== undefined &&
          !testFilter?.some((id) => id.startsWith(`${file} `) || id.startsWith(` > ${file} `))
        )
          continue;
        const failed = (await runFile(this.#root, file, listener, true)).find(
          ({ failure }) => failure !== undefined,
        );
        if (failed === undefined) continue;
        const reached = hitLimit !== undefined && (namespace.hitCount ?? 0) > hitLimit;
        if (reached) return { status: 'timeout', reason: 'Hit limit reached' };
        return {
          status: 'killed',
          failureMessage: failed.failure ?? '',
          killedBy: [failed.id],
          nrOfTests: ran,
        };
      }
      return { status: 'survived', nrOfTests: ran };
    } catch (error) {
      // Only loading the sources can get here: they cannot even be loaded any more.
      return {
        status: 'killed',
        failureMessage: String(error),
        killedBy: [testFilter?.[0] ?? LOAD],
        nrOfTests: ran,
      };
    } finally {
      namespace.activeMutant = undefined;
    }
  }

  /** Sources first, so that what they do once counts as done by no test. */
  async #load(): Promise<void> {
    if (this.#loaded) return;
    const sources = globSync(process.env['MUTATION_SOURCES'] ?? SOURCES, { cwd: this.#root });
    for (const file of sources
      .filter((one) => !/\.test\.ts$|\/testing\/|holdfast-verify\.ts$/.test(one))
      .sort())
      await import(pathToFileURL(join(this.#root, file)).href);
    this.#loaded = true;
  }

  #namespace(): Namespace {
    return (shared.__stryker__ ??= {});
  }
}

/** The tests beside the mutated file first: they notice most, and whoever notices ends the run. */
function ownFirst(files: readonly string[], mutated: string): string[] {
  const own = `/${basename(mutated, '.ts')}.test.ts`;
  return [...files.filter((file) => file.endsWith(own)), ...files.filter((file) => !file.endsWith(own))];
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];
