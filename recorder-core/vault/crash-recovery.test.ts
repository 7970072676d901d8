import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHUNK_BYTES, HEADER_BYTES, SEALED_CHUNK_BYTES } from './chunk-format.ts';
import { ChunkEncryptor } from './chunk-encryptor.ts';
import { ChunkReader, bufferSource } from './chunk-reader.ts';
import { recoverAfterCrash } from './crash-recovery.ts';

const key = randomBytes(32);
const context = Buffer.from('spool part');
const plaintext = randomBytes(3 * CHUNK_BYTES + 500);
const complete = encrypt();
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crash-recovery-'));
  path = join(folder, 'part');
});

afterAll(() => rm(folder, { recursive: true }));

function encrypt(): Buffer {
  const encryptor = new ChunkEncryptor(key, context);
  return Buffer.concat([encryptor.header(), ...encryptor.update(plaintext), ...encryptor.final()]);
}

async function playable(): Promise<Buffer> {
  const reader = new ChunkReader(bufferSource(await readFile(path)), key, context);
  return reader.read(0, await reader.size());
}

describe('recovery after a crash', () => {
  it('keeps every whole chunk wherever the file was cut, and the result reads back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(complete.length - 1), async (cut) => {
        await writeFile(path, complete.subarray(0, cut));
        const whole = Math.max(0, Math.floor((cut - HEADER_BYTES) / SEALED_CHUNK_BYTES));
        const tail = cut < HEADER_BYTES ? cut : cut - HEADER_BYTES - whole * SEALED_CHUNK_BYTES;

        const recovery = await recoverAfterCrash(path, key, context);

        expect(recovery).toEqual({ plaintextBytes: whole * CHUNK_BYTES, droppedBytes: tail, repaired: true });
        expect((await playable()).equals(plaintext.subarray(0, whole * CHUNK_BYTES))).toBe(true);
        expect(await readdir(folder)).toEqual(['part']);
      }),
      { numRuns: 60, examples: [[0], [HEADER_BYTES], [HEADER_BYTES + SEALED_CHUNK_BYTES]] },
    );
  });

  it('changes nothing the second time, nor in a file that is complete', async () => {
    await writeFile(path, complete.subarray(0, complete.length - 7));
    await recoverAfterCrash(path, key, context);
    const once = await readFile(path);
    expect(await recoverAfterCrash(path, key, context)).toMatchObject({ repaired: false, droppedBytes: 0 });
    expect((await readFile(path)).equals(once)).toBe(true);

    await writeFile(path, complete);
    expect(await recoverAfterCrash(path, key, context)).toEqual({
      plaintextBytes: plaintext.length,
      droppedBytes: 0,
      repaired: false,
    });
    expect((await readFile(path)).equals(complete)).toBe(true);
  });

  it('completes its own interrupted append without counting a loss', async () => {
    const betweenChunks = complete.subarray(0, HEADER_BYTES + 2 * SEALED_CHUNK_BYTES);
    await writeFile(path, betweenChunks);
    await recoverAfterCrash(path, key, context);
    const repaired = await readFile(path);
    await writeFile(path, repaired.subarray(0, repaired.length - 9));
    expect(await recoverAfterCrash(path, key, context)).toMatchObject({ droppedBytes: 0, repaired: true });
    expect((await readFile(path)).equals(repaired)).toBe(true);
  });

  it('never encrypts twice under one nonce: after a torn tail the salt is a new one', async () => {
    await writeFile(path, complete.subarray(0, HEADER_BYTES + SEALED_CHUNK_BYTES + 50));
    await recoverAfterCrash(path, key, context);
    expect((await readFile(path)).subarray(0, HEADER_BYTES).equals(complete.subarray(0, HEADER_BYTES))).toBe(
      false,
    );
  });

  it('drops chunks at the end that a power cut left as zeros', async () => {
    const zeroed = Buffer.from(complete.subarray(0, HEADER_BYTES + 3 * SEALED_CHUNK_BYTES));
    zeroed.fill(0, HEADER_BYTES + SEALED_CHUNK_BYTES);
    await writeFile(path, zeroed);
    expect(await recoverAfterCrash(path, key, context)).toMatchObject({
      plaintextBytes: CHUNK_BYTES,
      droppedBytes: 2 * SEALED_CHUNK_BYTES,
    });
  });

  it.each([0, 2])(
    'refuses damage in chunk %d before intact chunks, and leaves the file as it is',
    async (chunk) => {
      const damaged = Buffer.from(complete);
      damaged[HEADER_BYTES + chunk * SEALED_CHUNK_BYTES + 5]! ^= 1;
      await writeFile(path, damaged);
      await expect(recoverAfterCrash(path, key, context)).rejects.toMatchObject({ code: 'integrity_failed' });
      expect((await readFile(path)).equals(damaged)).toBe(true);
    },
  );

  it('refuses a wrong key or context, and leaves the file as it is', async () => {
    const cut = complete.subarray(0, complete.length - 1);
    await writeFile(path, cut);
    await expect(recoverAfterCrash(path, randomBytes(32), context)).rejects.toThrow(/not made with this key/);
    await expect(recoverAfterCrash(path, key, Buffer.from('x'))).rejects.toThrow(/not made with this key/);
    expect((await readFile(path)).equals(cut)).toBe(true);
  });

  it('says when there is no file', async () => {
    await expect(recoverAfterCrash(join(folder, 'none'), key, context)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
