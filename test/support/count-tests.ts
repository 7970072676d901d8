import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';

const report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numRuntimeErrorTestSuites: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** A test that failed, and what it said. */
export interface FailedTest {
  readonly file: string;
  readonly title: string;
  readonly messages: readonly string[];
}

/** What became of the tests of one run. */
export interface TestCount {
  readonly passed: number;
  readonly failures: readonly FailedTest[];
  /** Files that could not be run at all. */
  readonly brokenFiles: number;
  /** Full titles of what was skipped. */
  readonly skipped: readonly string[];
  /** The files that took longest, the longest first. */
  readonly slowest: readonly { readonly file: string; readonly seconds: number }[];
}

const SLOWEST = 10;

/** Reads Jest's JSON report and removes it; a missing report counts as one broken file. */
export async function countTests(path: string): Promise<TestCount> {
  try {
    const read = report.parse(JSON.parse(await readFile(path, 'utf8')));
    const tests = read.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map((test) => ({ ...test, file: name })),
    );
    return {
      passed: read.numPassedTests,
      failures: tests
        .filter(({ status }) => status === 'failed')
        .map(({ file, fullName, failureMessages }) => ({
          file,
          title: fullName,
          messages: failureMessages ?? [],
        })),
      brokenFiles: read.numRuntimeErrorTestSuites,
      skipped: tests
        .filter(({ status }) => status === 'pending' || status === 'todo')
        .map(({ fullName }) => fullName),
      slowest: read.testResults
        .map(({ name, startTime, endTime }) => ({ file: name, seconds: (endTime - startTime) / 1000 }))
        .sort((a, b) => b.seconds - a.seconds)
        .slice(0, SLOWEST),
    };
  } catch {
    return { passed: 0, failures: [], brokenFiles: 1, skipped: [], slowest: [] };
  } finally {
    await rm(path, { force: true });
  }
}
