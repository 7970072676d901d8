import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openLogger } from '../observability/logger.ts';
import { keptBundle } from './kept-bundle.ts';
import { toSdkLogger } from './runtime.ts';

const logger = toSdkLogger(openLogger('test', 'node', 'silent'));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what is kept is what was made, and what was damaged is made anew', async () => {
  const made = await keptBundle(logger, folder);
  const [name = ''] = await readdir(folder);
  const path = join(folder, name);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(made);
  await writeFile(path, JSON.stringify({ code: 'kept', buildId: made.buildId }));
  expect((await keptBundle(logger, folder)).code).toBe('kept');
  await writeFile(path, '{"code":');
  expect((await keptBundle(logger, folder)).buildId).toBe(made.buildId);
  expect(await readdir(folder)).toEqual([name]);
}, 180_000);

test('a folder that cannot be written to keeps nobody from working', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  expect((await keptBundle(logger, join(file, 'below'))).code).not.toBe('');
}, 180_000);
