import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { isAge, openAge } from './age-source.ts';
import { bufferSource, MAX_READ } from './byte-source.ts';

const CHUNK = 65_536;
let identity: string;
let other: string;

beforeAll(async () => {
  [identity, other] = [await generateX25519Identity(), await generateX25519Identity()];
});

async function encrypt(plain: Buffer): Promise<Buffer> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(other));
  encrypter.addRecipient(await identityToRecipient(identity));
  return Buffer.from(await encrypter.encrypt(plain));
}

const pattern = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 9)) % 251));

describe('an age file', () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])(
    'of %i bytes is read at any place',
    async (length) => {
      const plain = pattern(length);
      const source = await openAge(bufferSource(await encrypt(plain)), `# a comment\n\n${identity}\n`);
      expect(source.size).toBe(length);
      const places = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, length - 1].filter((at) => at >= 0 && at < length);
      for (const at of [...places].reverse()) {
        const take = Math.min(MAX_READ, length - at);
        expect((await source.read(at, take)).equals(plain.subarray(at, at + take))).toBe(true);
      }
      expect(await source.read(length, 0)).toHaveLength(0);
      await source.close();
    },
  );

  it('of the age program is read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-age-'));
    try {
      writeFileSync(join(folder, 'plain'), pattern(CHUNK + 5));
      const args = ['-r', await identityToRecipient(identity), '-o', 'sealed', 'plain'];
      execFileSync('age', args, { cwd: folder });
      const { openFileSource } = await import('./byte-source.ts');
      const file = await openFileSource(join(folder, 'sealed'));
      const source = await openAge(file, identity);
      expect((await source.read(CHUNK - 3, 8)).equals(pattern(CHUNK + 5).subarray(CHUNK - 3))).toBe(true);
      await source.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is known by its first line', async () => {
    expect(await isAge(bufferSource(await encrypt(Buffer.from('x'))))).toBe(true);
    expect(await isAge(bufferSource(Buffer.from('PK')))).toBe(false);
    expect(await isAge(bufferSource(Buffer.alloc(100, 'a')))).toBe(false);
  });

  it('is not opened by another key, nor by no key', async () => {
    const source = bufferSource(await encrypt(Buffer.from('x')));
    const stranger = await generateX25519Identity();
    await expect(openAge(source, stranger)).rejects.toMatchObject({ code: 'key_unavailable' });
    for (const file of ['', '# only a comment\n', 'not a key\n'])
      await expect(openAge(source, file)).rejects.toThrow(/holds no key of the form AGE-SECRET-KEY/);
  });

  it('that was changed gives no byte of the changed chunk', async () => {
    const sealed = await encrypt(pattern(2 * CHUNK + 10));
    const start = sealed.length - (2 * (CHUNK + 16) + 26);
    for (const at of [start, start + CHUNK + 15, sealed.length - 1]) {
      const bad = Buffer.from(sealed);
      bad[at]! ^= 1;
      const source = await openAge(bufferSource(bad), identity);
      await expect(source.read(at < start + CHUNK + 16 ? 0 : 2 * CHUNK, 5)).rejects.toMatchObject({
        code: 'integrity_failed',
        message: expect.stringContaining('not authentic'),
      });
    }
  });

  it('that was cut, extended or whose chunks changed places is refused at its end', async () => {
    const sealed = await encrypt(pattern(2 * CHUNK + 10));
    const start = sealed.length - (2 * (CHUNK + 16) + 26);
    const first = sealed.subarray(start, start + CHUNK + 16);
    const second = sealed.subarray(start + CHUNK + 16, start + 2 * (CHUNK + 16));
    const swapped = Buffer.concat([
      sealed.subarray(0, start),
      second,
      first,
      sealed.subarray(start + 2 * (CHUNK + 16)),
    ]);
    for (const bad of [
      sealed.subarray(0, start + CHUNK + 16),
      sealed.subarray(0, -1),
      Buffer.concat([sealed, Buffer.alloc(1)]),
    ]) {
      const source = await openAge(bufferSource(bad), identity);
      await expect(source.read(source.size - 1, 1)).rejects.toThrow(/not authentic/);
    }
    const source = await openAge(bufferSource(swapped), identity);
    await expect(source.read(0, 1)).rejects.toThrow(/not authentic/);
  });

  it('whose header or first chunk is cut is refused', async () => {
    const sealed = await encrypt(pattern(10));
    const header = sealed.length - 16 - 26;
    await expect(openAge(bufferSource(sealed.subarray(0, header - 1)), identity)).rejects.toThrow(
      /header has no end/,
    );
    await expect(openAge(bufferSource(Buffer.from('age-encryption.org/v1\n')), identity)).rejects.toThrow(
      /header has no end/,
    );
    for (const length of [header, header + 16, header + 31])
      await expect(openAge(bufferSource(sealed.subarray(0, length)), identity)).rejects.toThrow(
        /ends within a chunk/,
      );
    const long = await encrypt(pattern(CHUNK));
    const more = Buffer.concat([long, Buffer.alloc(10)]);
    await expect(openAge(bufferSource(more), identity)).rejects.toThrow(/ends within a chunk/);
    const changed = Buffer.from(sealed);
    changed[header - 10]! ^= 1;
    await expect(openAge(bufferSource(changed), identity)).rejects.toMatchObject({ code: 'key_unavailable' });
  });
});
