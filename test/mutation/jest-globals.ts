/**
 * What tests take from `@jest/globals`, for a run within one process: Jest itself needs seconds for each of some
 * thousand mutants. Suites are collected as a file is loaded; `run-tests.ts` runs them.
 */
import { expect } from 'expect';

type Act = () => unknown;

/** A test with the hooks around it. */
export interface CollectedTest {
  readonly name: string;
  readonly act: Act;
}

/** A `describe`, or a file. */
export interface Suite {
  readonly name: string;
  readonly before: Act[];
  readonly after: Act[];
  readonly tests: CollectedTest[];
  readonly suites: Suite[];
}

let current: Suite | undefined;

/** Collects what a file declares while `load` runs. */
export async function collect(name: string, load: () => Promise<unknown>): Promise<Suite> {
  const suite = newSuite(name);
  current = suite;
  await load();
  return suite;
}

function newSuite(name: string): Suite {
  return { name, before: [], after: [], tests: [], suites: [] };
}

function here(): Suite {
  if (current === undefined) throw new Error('Tests are declared while their file is loaded.');
  return current;
}

function describe(name: string, act: () => void): void {
  const outer = here();
  const suite = newSuite(name);
  outer.suites.push(suite);
  current = suite;
  act();
  current = outer;
}

function it(name: string, act: Act): void {
  here().tests.push({ name, act });
}

/** As Jest has it for tables of rows, and for lists of single values. */
it.each =
  (rows: readonly unknown[]) =>
  (name: string, act: (...row: unknown[]) => unknown): void => {
    for (const [at, row] of rows.entries())
      it(`${name} (${at})`, () => act(...(Array.isArray(row) ? (row as unknown[]) : [row])));
  };

const beforeAll = (act: Act): void => void here().before.push(act);
const afterAll = (act: Act): void => void here().after.unshift(act);
const jest = { setTimeout: (): void => undefined };
const test = it;

export { afterAll, beforeAll, describe, expect, it, jest, test };
