import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedFolder } from './peer-cache.ts';

const before = process.env['XDG_CACHE_HOME'];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-peer-cache-'));
  process.env['XDG_CACHE_HOME'] = folder;
});

afterEach(async () => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  await rm(folder, { recursive: true, force: true });
});

test('a peer that several want at once is built once', async () => {
  let builds = 0;
  const build = async (target: string): Promise<void> => {
    builds += 1;
    await writeFile(join(target, 'program'), `build ${builds}`);
  };
  const [first, second] = await Promise.all([cachedFolder('peer', build), cachedFolder('peer', build)]);
  expect(second).toBe(first);
  expect(await readFile(join(first, 'program'), 'utf8')).toBe('build 1');
  expect(builds).toBe(1);
});

test('a peer whose build failed is built anew by the next one', async () => {
  const failed = cachedFolder('peer', () => Promise.reject(new Error('no compiler')));
  await expect(failed).rejects.toThrow('no compiler');
  const made = await cachedFolder('peer', (target) => writeFile(join(target, 'program'), 'whole'));
  expect(await readFile(join(made, 'program'), 'utf8')).toBe('whole');
});
