import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';
import { mustRun } from '../support/allowed-skips.ts';

const TIMEOUT_MS = 60_000;

/** A program of others, and a way to define tests that need it. */
export interface TestProgram {
  /** Full path, or undefined where it is not installed. */
  readonly path: string | undefined;
  /** Without the program skipped, with the reason in the title, and failed where CI=true. Needs no `this`. */
  readonly test: (title: string, work: (path: string) => Promise<void>) => void;
}

/** Looks for a program on the PATH; `debianPackage` is what a person is told to install. */
export function testProgram(name: string, debianPackage: string): TestProgram {
  const path = findOnPath(name);
  const missing = `${name} is not installed; apt-get install ${debianPackage}`;
  return {
    path,
    test(title, work) {
      if (path !== undefined) {
        test(title, () => work(path), TIMEOUT_MS);
      } else if (mustRun(title)) {
        test(title, () => {
          throw new Error(`This test must run in continuous integration, but ${missing}.`);
        });
      } else {
        test.skip(`${title} (skipped: ${missing})`, () => undefined);
      }
    },
  };
}

function findOnPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
