import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { useZodWords } from '../../../connectors/kit/zod-words.ts';
import type SharedProcess from './environment.ts';
import { setGlobals, type Globals } from './jest-globals.ts';

const GLOBALS = new URL('./jest-globals.ts', import.meta.url).href;
const HANDLERS = Symbol.for('EVENT_HANDLERS');
const STATE = 'JEST_STATE_SYMBOL';
const requireHere = createRequire(import.meta.url);

// As in every process of the product, whichever module a file or one before it loads.
useZodWords();

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context),
});

/**
 * Takes the place of Jest's own loader: test files and what they import are loaded by Node, once a worker, as the
 * product itself is. Jest's loader evaluates every module anew for every test file, which costs seconds each
 * (`docs/decisions/0055-modules-are-loaded-once.md`). What Jest asks of a loader besides, mocks of modules, coverage and
 * snapshots, is not used here and not offered.
 */
export default class SharedModules {
  readonly #environment: SharedProcess;

  constructor(_config: unknown, environment: SharedProcess) {
    this.#environment = environment;
  }

  /** Jest's own framework, which keeps what it knows of a file in its module and beside it: so anew for each file. */
  requireInternalModule(path: string): unknown {
    Reflect.deleteProperty(globalThis, HANDLERS);
    for (const symbol of Object.getOwnPropertySymbols(globalThis))
      if (symbol.description === STATE) Reflect.deleteProperty(globalThis, symbol);
    Reflect.deleteProperty(requireHere.cache, path);
    return requireHere(path);
  }

  requireModule(path: string): unknown {
    return requireHere(path);
  }

  setGlobalsForRuntime(globals: Omit<Globals, 'jest'>): void {
    setGlobals({ ...globals, jest: this.#environment.jestObject() as Globals['jest'] });
  }

  unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  /** Each file once a worker: a run never has the same one twice. */
  unstable_importModule(path: string): Promise<unknown> {
    return import(pathToFileURL(path).href);
  }

  getSourceMaps(): null {
    return null;
  }

  getAllCoverageInfoCopy(): undefined {
    return undefined;
  }

  enterTestCode(): void {}

  leaveTestCode(): void {}

  teardown(): void {}
}
