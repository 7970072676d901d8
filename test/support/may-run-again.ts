import type { TestCount } from './count-tests.ts';

/** More than these at once are no accident of the machine. */
const MOST_FILES = 3;

/**
 * How Jest runs files alone: in its own process. What a file leaves open would keep that for ever, so its end does not wait for
 * it; a worker is ended all the same.
 */
export const ALONE: readonly string[] = ['--runInBand', '--forceExit'];

/**
 * The files that may be run a second time, alone: those of whole processes and real services, on which a machine that is short of
 * breath can break a test. None where a file could not be run, a test without services failed, or a property found a
 * counter-example: such a failure is the answer (`docs/decisions/0034-a-second-run-alone.md`).
 */
export function mayRunAgain({
  failures,
  brokenFiles,
}: Pick<TestCount, 'failures' | 'brokenFiles'>): string[] {
  const files = [...new Set(failures.map(({ file }) => file))];
  if (brokenFiles > 0 || files.length > MOST_FILES) return [];
  const isAnswer = failures.some(
    ({ file, messages }) =>
      !/\.integration\.test\.ts$|\/test\/acceptance\//.test(file) ||
      messages.some((message) => message.includes('Property failed after')),
  );
  return isAnswer ? [] : files;
}
