import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEFAULT_LEVELS } from '../../../recorder-core/policy/incident-levels.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

const PROGRAM = join(import.meta.dirname, '../holdfast.ts');
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-levels-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});

/** Runs `holdfast incident levels` as an operator does. */
function levels(...args: string[]): Promise<{ code: number; output: string }> {
  const env = {
    PATH: process.env['PATH'],
    HOLDFAST_POSTGRES_URL: database.appUrl,
    HOLDFAST_POSTGRES_DISPATCHER_URL: database.dispatcherUrl,
    HOLDFAST_TENANT_ID: database.tenantId,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, 'incident', 'levels', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: `${stdout}${stderr}` });
    });
  });
}

test('who is called is shown, set from a file with a reason, refused where it cannot be, and brought back', async () => {
  expect(JSON.parse((await levels()).output)).toEqual(DEFAULT_LEVELS);
  const file = join(folder, 'levels.json');
  const own = { ...DEFAULT_LEVELS, high: [{ ...DEFAULT_LEVELS.high[0], afterMinutes: 3 }] };
  await writeFile(file, JSON.stringify(own));
  expect((await levels('--set', file)).output).toContain('--reason');
  const set = await levels('--set', file, '--reason', 'Nights are staffed.');
  expect(JSON.parse(set.output)).toEqual(own);
  await writeFile(file, JSON.stringify({ ...own, low: [] }));
  const refused = await levels('--set', file, '--reason', 'Nobody minds.');
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('low') });
  expect(JSON.parse((await levels()).output)).toEqual(own);
  const back = await levels('--defaults', '--reason', 'A trial.');
  expect(JSON.parse(back.output)).toEqual(DEFAULT_LEVELS);
}, 120_000);
