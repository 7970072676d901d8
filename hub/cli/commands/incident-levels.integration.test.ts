import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEFAULT_LEVELS } from '../../../recorder-core/policy/incident-levels.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

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
const levels = (...args: string[]) => runHoldfast(database, ['incident', 'levels', ...args]);

test('who is called is shown, set from a file with a reason, refused where it cannot be, and brought back', async () => {
  expect(shown(await levels())).toEqual({ version: 0, ...DEFAULT_LEVELS });
  const file = join(folder, 'levels.json');
  const own = { version: 0, ...DEFAULT_LEVELS, high: [{ ...DEFAULT_LEVELS.high[0], afterMinutes: 3 }] };
  await writeFile(file, JSON.stringify(own));
  expect((await levels('--set', file)).output).toContain('--reason');
  const set = await levels('--set', file, '--reason', 'Nights are staffed.');
  expect(shown(set)).toEqual({ ...own, version: 1 });
  const stale = await levels('--set', file, '--reason', 'Made from what was before.');
  expect(stale).toMatchObject({ code: 1, output: expect.stringContaining('at version 1') });
  await writeFile(file, JSON.stringify({ ...own, version: 1, low: [] }));
  const refused = await levels('--set', file, '--reason', 'Nobody minds.');
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('low') });
  expect(shown(await levels())).toEqual({ ...own, version: 1 });
  const back = await levels('--defaults', '--reason', 'A trial.');
  expect(shown(back)).toEqual({ version: 2, ...DEFAULT_LEVELS });
}, 120_000);

test('what they were before is listed with who and why, and restored', async () => {
  const { version, ...standing } = shown(await levels());
  const file = join(folder, 'other.json');
  const own = { ...standing, low: [{ ...DEFAULT_LEVELS.low[0], afterMinutes: 4 }] };
  await writeFile(file, JSON.stringify({ version, ...own }));
  await levels('--set', file, '--reason', 'Weekends are staffed.');
  await levels('--defaults', '--reason', 'They are not.');
  const listed = (await levels('--versions')).output.trim().split('\n');
  expect(listed[0]).toMatch(new RegExp(`^ *${version + 2} .*levels of the product.*They are not\\.`));
  expect(listed[1]).toMatch(new RegExp(`^ *${version + 1} .*Weekends are staffed\\.`));
  expect((await levels('--restore', '99', '--reason', 'why not')).output).toContain('no version 99');
  const restored = await levels('--restore', String(version + 1), '--reason', 'They are again.');
  expect(shown(restored)).toEqual({ version: version + 3, ...own });
}, 120_000);

function shown({ output }: { readonly output: string }): { readonly version: number } {
  return JSON.parse(output) as { readonly version: number };
}
