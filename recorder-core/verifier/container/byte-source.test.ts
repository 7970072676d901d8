import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_READ, bufferSource, openFileSource, type ByteSource } from './byte-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bytes-'));
const bytes = Buffer.from(Uint8Array.from({ length: 2_400_000 }, (_, at) => (at * 31 + (at >> 8)) % 253));
let file: ByteSource;

beforeAll(async () => {
  writeFileSync(join(folder, 'bytes'), bytes);
  file = await openFileSource(join(folder, 'bytes'));
});
afterAll(async () => {
  await file.close();
  rmSync(folder, { recursive: true });
});

describe('bytes of a file', () => {
  it('are those at the place asked for, in whatever order', async () => {
    expect(file.size).toBe(bytes.length);
    const place = fc.nat(bytes.length);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(place, fc.nat(MAX_READ)), { minLength: 2, maxLength: 5 }),
        async (reads) => {
          for (const [offset, most] of reads) {
            const length = Math.min(most, bytes.length - offset);
            expect((await file.read(offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('just before, at and after what was read ahead', async () => {
    for (const [offset, length] of [
      [100, 10],
      [99, 10],
      [1_048_576 + 99 - 10, 10],
      [1_048_576 + 99 - 9, 10],
      [99, 1],
      [bytes.length - 1, 1],
      [bytes.length, 0],
    ] as const)
      expect((await file.read(offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true);
  });

  it('that were handed out stay as they are', async () => {
    const first = await file.read(0, 20);
    await file.read(2_000_000, 20);
    expect(first.equals(bytes.subarray(0, 20))).toBe(true);
  });

  it('cannot be read when the file was closed', async () => {
    const closed = await openFileSource(join(folder, 'bytes'));
    await closed.close();
    await expect(closed.read(0, 1)).rejects.toThrow(/could not be read to its end/);
  });
});

describe('bytes in memory', () => {
  it('are read the same way', async () => {
    const source = bufferSource(Buffer.from('hello'));
    expect([source.size, (await source.read(1, 3)).toString()]).toEqual([5, 'ell']);
    await source.close();
  });
});
