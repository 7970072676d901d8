import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';
import { mustRun } from '../support/allowed-skips.ts';

const MISSING = 'sipp is not installed; apt-get install sip-tester';
const TIMEOUT_MS = 60_000;

/** Full path of sipp, or undefined where it is not installed. */
export const SIPP = findOnPath('sipp');

/** A test that needs sipp: without it skipped, with the reason in its title, and failed where CI=true. */
export function sippTest(title: string, work: (sipp: string) => Promise<void>): void {
  if (SIPP !== undefined) {
    const sipp = SIPP;
    test(title, () => work(sipp), TIMEOUT_MS);
  } else if (mustRun(title)) {
    test(title, () => {
      throw new Error(`This test must run in continuous integration, but ${MISSING}.`);
    });
  } else {
    test.skip(`${title} (skipped: ${MISSING})`, () => undefined);
  }
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
