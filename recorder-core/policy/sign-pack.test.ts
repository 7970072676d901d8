import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SHIPPED_PACK_PATH, loadRulePack, loadTrustedKeys } from './rule-pack-file.ts';

const script = fileURLToPath(new URL('./sign-pack.ts', import.meta.url));
const run = (...args: string[]) => promisify(execFile)(process.execPath, [script, ...args]);

let folder: string;
const inside = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sign-pack-'));
  await copyFile(SHIPPED_PACK_PATH, inside('p.json'));
  const trusted = generateKeyPairSync('ed25519');
  const save = (name: string, key: KeyObject) =>
    writeFile(inside(name), key.export({ type: 'pkcs8', format: 'pem' }));
  await save('trusted.pem', trusted.privateKey);
  await save('stranger.pem', generateKeyPairSync('ed25519').privateKey);
  const publicKeyPem = trusted.publicKey.export({ type: 'spki', format: 'pem' });
  await writeFile(inside('trusted-keys.json'), JSON.stringify([{ id: 'ours', publicKeyPem }]));
});
afterAll(() => rm(folder, { recursive: true }));

test('a key that is not trusted signs nothing, and says what to do', async () => {
  await expect(run(inside('p.json'), inside('stranger.pem'))).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('add its public key there first'),
  });
  expect(await readdir(folder)).not.toContain('p.json.sig');
});

test('a trusted key signs a pack that then loads', async () => {
  const { stdout } = await run(inside('p.json'), inside('trusted.pem'));
  const pack = await loadRulePack(inside('p.json'), await loadTrustedKeys(inside('trusted-keys.json')));
  expect(pack.signedBy).toBe('ours');
  expect(stdout).toContain(pack.digest);
});

test('a call without its two arguments prints the usage', async () => {
  await expect(run()).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
});
