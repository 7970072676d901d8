import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AggregatedResult } from '@jest/test-result';

/** Names the folder in which the workers of this run leave word. */
const FOLDER = 'HOLDFAST_TEST_STRAY_ERRORS';

/**
 * From now on an error that no test hears, because it is thrown when the file it came from has ended, is noted before it
 * ends this worker. Jest would start another one and go on. `lastFile` is the file that ran last. Called before the first
 * file: while one runs, Jest's framework listens besides whoever listens now, and gives errors to the test that runs.
 */
export function noteStrayErrors(lastFile: () => string | undefined): void {
  const outside = process.listeners('uncaughtException');
  process.on('uncaughtExceptionMonitor', (error) => {
    const folder = process.env[FOLDER];
    const heard = process.listeners('uncaughtException').some((each) => !outside.includes(each));
    if (folder === undefined || heard) return;
    const after = lastFile() ?? 'the start of a worker';
    appendFileSync(join(folder, String(process.pid)), `After ${after}:\n${error.stack ?? String(error)}\n`);
  });
}

/** A reporter that makes a run fail in which such errors came, and tells them: each counts as a file that could not be run. */
export default class StrayErrors {
  onRunStart(): void {
    process.env[FOLDER] = mkdtempSync(join(tmpdir(), 'holdfast-stray-errors-'));
  }

  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const folder = process.env[FOLDER];
    if (folder === undefined) return;
    for (const name of readdirSync(folder)) {
      results.numRuntimeErrorTestSuites++;
      process.stderr.write(
        `An error that no test heard ended a worker. ${readFileSync(join(folder, name), 'utf8')}`,
      );
    }
    rmSync(folder, { recursive: true });
  }
}
