import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ByteSource } from '../verifier/container/byte-source.ts';
import { openContainer } from '../verifier/container/zip-reader.ts';
import { ZipWriter } from './zip-writer.ts';

const AT = new Date('2026-11-26T10:00:00Z');
const GIB = 2 ** 30;

/** What was written, where bytes that were only counted are zeros that nobody has to hold. */
class SparseSource implements ByteSource {
  readonly #pieces: { at: number; bytes: Buffer }[] = [];
  size = 0;

  add(bytes: Buffer): void {
    this.#pieces.push({ at: this.size, bytes });
    this.size += bytes.length;
  }

  skip(length: number): void {
    this.size += length;
  }

  read(offset: number, length: number): Promise<Buffer> {
    const read = Buffer.alloc(length);
    for (const { at, bytes } of this.#pieces) {
      const from = Math.max(offset, at);
      const to = Math.min(offset + length, at + bytes.length);
      if (from < to) bytes.copy(read, from - offset, from - at, to - at);
    }
    return Promise.resolve(read);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function write(files: readonly { path: string; pieces: readonly Buffer[] }[], expected = 0): Buffer {
  const zip = new ZipWriter(AT);
  const out: Buffer[] = [];
  for (const { path, pieces } of files) {
    out.push(zip.open(path, expected));
    for (const piece of pieces) {
      zip.take(piece);
      out.push(piece);
    }
    out.push(zip.close());
  }
  out.push(...zip.finish());
  expect(zip.bytes).toBe(Buffer.concat(out).length);
  return Buffer.concat(out);
}

function sourceOf(bytes: Buffer): ByteSource {
  const source = new SparseSource();
  source.add(bytes);
  return source;
}

async function read(bytes: Buffer): Promise<Map<string, Buffer>> {
  const container = await openContainer(sourceOf(bytes));
  const files = new Map<string, Buffer>();
  for (const entry of container.entries)
    files.set(entry.path, Buffer.concat(await Array.fromAsync(container.read(entry))));
  return files;
}

describe('the container', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9_=]([A-Za-z0-9_=.-]{0,20}[A-Za-z0-9_=-])?$/);
  const file = fc.record({
    path: fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')),
    pieces: fc.array(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      { maxLength: 4 },
    ),
  });

  test('is read by the verifier with every file as it was written, whatever the pieces', async () => {
    const files = fc.uniqueArray(file, { maxLength: 8, selector: ({ path }) => path.toLowerCase() });
    await fc.assert(
      fc.asyncProperty(files, fc.constantFrom(0, 5 * GIB), async (chosen, expected) => {
        // A name that is a folder of another is no name of a bundle.
        const fitting = chosen.filter(
          ({ path }) =>
            !chosen.some((other) => other.path.toLowerCase().startsWith(`${path.toLowerCase()}/`)),
        );
        const found = await read(write(fitting, expected));
        expect([...found]).toEqual(fitting.map(({ path, pieces }) => [path, Buffer.concat([...pieces])]));
      }),
      { numRuns: 60 },
    );
  });

  test('counts more entries than 16 bits do', async () => {
    const files = Array.from({ length: 66_000 }, (_, i) => ({ path: `f/${i}`, pieces: [] }));
    const { entries } = await openContainer(sourceOf(write(files)));
    expect([entries.length, entries[65_999]?.path]).toEqual([66_000, 'f/65999']);
  });

  test('holds an entry of more than 4 GiB, and what comes after it', async () => {
    const zip = new ZipWriter(AT);
    const source = new SparseSource();
    source.add(zip.open('big', 5 * GIB));
    zip.skip(5 * GIB, 0x12345678);
    source.skip(5 * GIB);
    source.add(zip.close());
    source.add(zip.open('after', 0));
    const text = Buffer.from('what comes after');
    zip.take(text);
    source.add(text);
    source.add(zip.close());
    for (const piece of zip.finish()) source.add(piece);

    const container = await openContainer(source);
    const [big, after] = container.entries;
    expect([big?.size, big?.crc, after?.size]).toEqual([5 * GIB, 0x12345678, text.length]);
    expect(after?.offset).toBeGreaterThan(5 * GIB);
    expect(Buffer.concat(await Array.fromAsync(container.read(after!)))).toEqual(text);
    // The local header of the large one, with its ZIP64 field, is checked before its first byte is given.
    for await (const piece of container.read(big!)) {
      expect(piece.every((byte) => byte === 0)).toBe(true);
      break;
    }
  });

  test('has no entry that became larger than was announced', () => {
    const zip = new ZipWriter(AT);
    zip.open('small', 100);
    expect(() => {
      zip.skip(4 * GIB, 0);
    }).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test.each([
    '',
    '/a',
    'a//b',
    '../a',
    'a/.b',
    '-a',
    'a.',
    'ä',
    'a b',
    'a\\b',
    'x'.repeat(129),
    Array(17).fill('a').join('/'),
  ])('has no entry of the name %j', (path) => {
    expect(() => new ZipWriter(AT).open(path, 0)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test('has no name twice, also not in another case', () => {
    const zip = new ZipWriter(AT);
    zip.open('a/B', 0);
    zip.close();
    expect(() => zip.open('A/b', 0)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test('bears the checksum of its content', async () => {
    const bytes = write([{ path: 'a', pieces: [Buffer.from('one '), Buffer.from('two')] }]);
    const { entries } = await openContainer(sourceOf(bytes));
    expect(entries[0]?.crc).toBe(crc32('one two'));
  });
});
