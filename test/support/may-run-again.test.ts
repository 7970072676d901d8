import { expect, test } from '@jest/globals';
import { mayRunAgain } from './may-run-again.ts';

const INTEGRATION = '/product/hub/api/app.integration.test.ts';
const counted = (failures: { file: string; message?: string }[], brokenFiles = 0) => ({
  brokenFiles,
  failures: failures.map(({ file, message = 'timed out' }) => ({
    file,
    title: 'a test',
    messages: [message],
  })),
});

test('a file with services or whole processes may run again, once', () => {
  const acceptance = '/product/test/acceptance/start.test.ts';
  expect(mayRunAgain(counted([{ file: INTEGRATION }, { file: INTEGRATION }, { file: acceptance }]))).toEqual([
    INTEGRATION,
    acceptance,
  ]);
});

test('a test without services, a counter-example and a file that cannot run are answers', () => {
  expect(mayRunAgain(counted([{ file: INTEGRATION }, { file: '/product/hub/api/app.test.ts' }]))).toEqual([]);
  expect(
    mayRunAgain(counted([{ file: INTEGRATION, message: 'Error: Property failed after 3 tests' }])),
  ).toEqual([]);
  expect(mayRunAgain(counted([{ file: INTEGRATION }], 1))).toEqual([]);
});

test('many files at once are no accident', () => {
  const files = [1, 2, 3, 4].map((n) => ({ file: `/product/a${String(n)}.integration.test.ts` }));
  expect(mayRunAgain(counted(files))).toEqual([]);
});
