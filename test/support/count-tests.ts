import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';

const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
});

/** What became of the tests of one run. */
export interface TestCount {
  readonly passed: number;
  /** Failed tests, and files that could not be run at all. */
  readonly failed: number;
  /** Full titles of what was skipped. */
  readonly skipped: readonly string[];
}

/** Reads Jest's JSON report and removes it; a missing report counts as one failure. */
export async function countTests(path: string): Promise<TestCount> {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = report.parse(
      JSON.parse(await readFile(path, 'utf8')),
    );
    const skipped = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => fullName);
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    await rm(path, { force: true });
  }
}
