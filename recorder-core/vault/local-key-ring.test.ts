import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyProviderConformance } from './key-provider.conformance.ts';
import { openLocalKeyRing } from './local-key-ring.ts';

let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-ring-'));
});

afterAll(() => rm(folder, { recursive: true }));

function newPath(): string {
  made += 1;
  return join(folder, `ring-${made}.json`);
}

keyProviderConformance('the local key ring', async () => {
  const path = newPath();
  const provider = await openLocalKeyRing(path, { create: true });
  return {
    provider,
    disable: () => rm(path),
  };
});

describe('the file of the local key ring', () => {
  it('is made with mode 0600, once, also by processes that start together', async () => {
    const path = newPath();
    const rings = await Promise.all([1, 2, 3, 4].map(() => openLocalKeyRing(path, { create: true })));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(new Set(await Promise.all(rings.map((ring) => ring.currentKeyId()))).size).toBe(1);
    expect((await readdir(folder)).filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  it('is not made unless asked for, because a new ring opens nothing old', async () => {
    await expect(openLocalKeyRing(newPath())).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/missing.*restore/),
    });
  });

  it.each([0o640, 0o604, 0o660])('is refused with mode %o', async (mode) => {
    const path = newPath();
    const ring = await openLocalKeyRing(path, { create: true });
    await chmod(path, mode);
    await expect(ring.wrap(randomBytes(32), Buffer.alloc(0))).rejects.toThrow(/0600/);
    await expect(openLocalKeyRing(path)).rejects.toMatchObject({ code: 'key_unavailable' });
  });

  it.each([
    ['empty', () => ''],
    ['null', () => 'null'],
    ['not a ring', () => '{"format":"other"}'],
    ['cut', (text: string) => text.slice(0, 150)],
    [
      'with a changed key',
      (text: string) => text.replace(/"key": "(.)/, (_, c) => `"key": "${c === 'A' ? 'B' : 'A'}`),
    ],
  ])('is refused when it is %s, without showing its content', async (_name, damage) => {
    const path = newPath();
    await openLocalKeyRing(path, { create: true });
    const text = await readFile(path, 'utf8');
    await writeFile(path, damage(text));
    const error = await openLocalKeyRing(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'key_unavailable', message: expect.stringMatching(/damaged/) });
    expect((error as Error).cause).toBeUndefined();
  });

  it('does not take the ring of another installation for its own', async () => {
    const [mine, theirs] = [newPath(), newPath()];
    const ring = await openLocalKeyRing(mine, { create: true });
    const wrapped = await ring.wrap(randomBytes(32), Buffer.alloc(0));
    await openLocalKeyRing(theirs, { create: true });
    await writeFile(mine, await readFile(theirs));
    await expect(ring.unwrap(wrapped, Buffer.alloc(0))).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/Restore the key ring that belongs/),
    });
  });

  it('shows a rotation to another process that has it open, and refuses two at once', async () => {
    const path = newPath();
    const [one, two] = [await openLocalKeyRing(path, { create: true }), await openLocalKeyRing(path)];
    const rotated = await one.rotate();
    expect(await two.currentKeyId()).toBe(rotated);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await writeFile(`${path}.lock`, '');
    await expect(two.rotate()).rejects.toMatchObject({ code: 'conflict' });
    expect(await two.currentKeyId()).toBe(rotated);
  });
});

describe('a destroyed root key of the ring', () => {
  it('is no longer in the file, and its number is not given again', async () => {
    const path = newPath();
    const ring = await openLocalKeyRing(path, { create: true });
    const first = await ring.currentKeyId();
    const { rootKeys } = JSON.parse(await readFile(path, 'utf8')) as { rootKeys: { key: string }[] };
    await ring.rotate();
    await ring.destroy(first);
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(rootKeys[0]!.key);
    expect(text).not.toContain(first);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ring.rotate()).toMatch(/^3-/);
    expect(await (await openLocalKeyRing(path)).health()).toMatchObject({ ok: true });
  });

  it('is refused to a second process while the first changes the ring', async () => {
    const path = newPath();
    const ring = await openLocalKeyRing(path, { create: true });
    const first = await ring.currentKeyId();
    await ring.rotate();
    await writeFile(`${path}.lock`, '');
    await expect(ring.destroy(first)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a ring of an earlier release', () => {
  it('still tells the master secret that it keeps, also after rotation and destruction', async () => {
    const path = newPath();
    const ring = await openLocalKeyRing(path, { create: true });
    expect(await ring.inheritedMaster()).toBeUndefined();
    const master = randomBytes(32);
    const content = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...content, masterSecret: master.toString('base64') }));
    const first = await ring.currentKeyId();
    await ring.rotate();
    await ring.destroy(first);
    expect((await ring.inheritedMaster())?.equals(master)).toBe(true);
  });
});
