/**
 * What test files and what they share import as `@jest/globals`. A module is loaded once a worker and kept for all its
 * files, so each name here is a binding that changes: it is always what the file that runs now has under it. Whoever
 * keeps one of them in a variable of a shared module would keep that of an earlier file.
 */
import type * as JestGlobals from '@jest/globals';

/** Of what Jest offers, what tests here use. */
export type Globals = Pick<
  typeof JestGlobals,
  'describe' | 'test' | 'it' | 'expect' | 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll' | 'jest'
>;

export let describe: Globals['describe'];
export let test: Globals['test'];
export let it: Globals['it'];
export let expect: Globals['expect'];
export let beforeAll: Globals['beforeAll'];
export let beforeEach: Globals['beforeEach'];
export let afterEach: Globals['afterEach'];
export let afterAll: Globals['afterAll'];
export let jest: Globals['jest'];

/** Called before a test file is loaded. */
export function setGlobals(globals: Globals): void {
  ({ describe, test, it, expect, beforeAll, beforeEach, afterEach, afterAll, jest } = globals);
}
