import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeEnd64, makeZip, zip64Extra, type EndOverrides, type ZipFile } from '../testing/make-zip.ts';
import { MAX_READ, bufferSource, openFileSource, type ByteSource } from './byte-source.ts';
import { readLines, readWhole } from './read-content.ts';
import { MAX_ENTRIES, openContainer } from './zip-reader.ts';

const one: ZipFile = { path: 'a/one.txt', bytes: Buffer.from('one') };
const two: ZipFile = { path: 'a/two.txt', bytes: Buffer.from('the second'), descriptor: 16 };
const three: ZipFile = { path: 'three', bytes: Buffer.alloc(3 * MAX_READ + 7, 'x'), descriptor: 24 };

/** All entries read to their ends. */
async function readAll(source: ByteSource): Promise<Record<string, string>> {
  const container = await openContainer(source);
  const read: Record<string, string> = {};
  for (const entry of container.entries) {
    const pieces: Buffer[] = [];
    for await (const piece of container.read(entry)) pieces.push(piece);
    read[entry.path] = Buffer.concat(pieces).toString();
  }
  return read;
}

async function refusalOf(bytes: Buffer): Promise<string> {
  const error = await readAll(bufferSource(bytes)).then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'integrity_failed' });
  return (error as Error).message;
}

const refusal = (files: readonly ZipFile[], end: EndOverrides = {}): Promise<string> =>
  refusalOf(makeZip(files, end));

describe('a container', () => {
  it('gives the bytes of every entry, with sizes before or behind them, short or long', async () => {
    expect(await readAll(bufferSource(makeZip([one, two, three])))).toEqual({
      'a/one.txt': 'one',
      'a/two.txt': 'the second',
      three: three.bytes.toString(),
    });
  });

  it('may be empty, and have empty entries', async () => {
    expect(await readAll(bufferSource(makeZip([])))).toEqual({});
    const empty = [0, 16, 24].map((descriptor): ZipFile => {
      const file = { path: `e${descriptor}`, bytes: Buffer.alloc(0) };
      return descriptor === 0 ? file : { ...file, descriptor: descriptor as 16 | 24 };
    });
    expect(await readAll(bufferSource(makeZip(empty)))).toEqual({ e0: '', e16: '', e24: '' });
  });

  it('is read from a file in pieces', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-zip-'));
    try {
      writeFileSync(
        join(folder, 'a.zip'),
        makeZip([one, { ...three, bytes: Buffer.alloc(2_500_000, 'y') }, two]),
      );
      const source = await openFileSource(join(folder, 'a.zip'));
      expect((await readAll(source))['three']).toHaveLength(2_500_000);
      await source.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of more than 65,534 entries has a ZIP64 end', async () => {
    const files = Array.from({ length: 65_535 }, (_, at) => ({ path: `f${at}`, bytes: Buffer.alloc(0) }));
    const { entries } = await openContainer(bufferSource(makeZip(files)));
    expect(entries).toHaveLength(65_535);
    expect(await refusal(files, { zip64: false })).toMatch(
      /ZIP64 end is missing|not of the one permitted form/,
    );
  });

  it('larger than 4 GiB has long sizes and places, which are read from a file that is mostly not there', async () => {
    const size = 5_000_000_000;
    const small = makeZip([{ path: 'small', bytes: Buffer.from('s') }]);
    const [smallLocal, smallCentral] = [small.subarray(0, 30 + 5 + 1), small.subarray(36, 36 + 46 + 5)];
    const big: ZipFile = { path: 'big', bytes: Buffer.alloc(0), descriptor: 24 };
    const bigLocal = makeZip([big]).subarray(0, 30 + 3 + 20);
    const bigOffset = smallLocal.length;
    const lastOffset = bigOffset + bigLocal.length + size + 24;
    const descriptor = Buffer.alloc(24);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(7, 4);
    descriptor.writeBigUInt64LE(BigInt(size), 8);
    descriptor.writeBigUInt64LE(BigInt(size), 16);
    const long = 0xffffffff;
    const bigCentral = centralOf({
      ...big,
      central: { crc: 7, size: long, stored: long, offset: bigOffset, extra: zip64Extra([size, size]) },
    });
    const last: ZipFile = { path: 'last', bytes: Buffer.from('l') };
    const lastCentral = centralOf({ ...last, central: { offset: long, extra: zip64Extra([lastOffset]) } });
    const lastLocal = makeZip([last]).subarray(0, 30 + 4 + 1);
    const directory = Buffer.concat([smallCentral, bigCentral, lastCentral]);
    const directoryOffset = lastOffset + lastLocal.length;
    const end = makeZip([], {
      entries: 3,
      directoryBytes: directory.length,
      directoryOffset: long,
      zip64: false,
    });
    const tail = Buffer.concat([
      descriptor,
      lastLocal,
      directory,
      makeEnd64(3, directory.length, directoryOffset),
      end,
    ]);
    const head = Buffer.concat([smallLocal, bigLocal]);
    const source = sparse(head, size, tail);
    const container = await openContainer(source);
    expect(container.entries.map(({ path, size: bytes, offset }) => [path, bytes, offset])).toEqual([
      ['small', 1, 0],
      ['big', size, bigOffset],
      ['last', 1, lastOffset],
    ]);
    expect((await readWhole(container, container.entries[2]!, 10)).toString()).toBe('l');
    // The first piece of the long one comes; all of it would take long.
    const pieces = container.read(container.entries[1]!);
    expect((await pieces.next()).value).toHaveLength(MAX_READ);
  });
});

function centralOf(file: ZipFile): Buffer {
  const zip = makeZip([file]);
  const start = zip.readUInt32LE(zip.length - 6);
  return zip.subarray(start, zip.length - 22);
}

function sparse(head: Buffer, zeros: number, tail: Buffer): ByteSource {
  const size = head.length + zeros + tail.length;
  return {
    size,
    read(offset, length) {
      const bytes = Buffer.alloc(length);
      if (offset < head.length) head.copy(bytes, 0, offset);
      const tailAt = head.length + zeros;
      if (offset + length > tailAt)
        tail.copy(bytes, Math.max(0, tailAt - offset), Math.max(0, offset - tailAt));
      return Promise.resolve(bytes);
    },
    close: () => Promise.resolve(),
  };
}

describe('the names of a container', () => {
  const named = (path: string): Promise<string> => refusal([one, { path, bytes: Buffer.from('x') }]);

  it.each([
    ['../../etc/passwd', /leads out of the bundle/],
    ['a/../b', /leads out of the bundle/],
    ['./a', /leads out of the bundle/],
    ['/etc/passwd', /begins at the root/],
    ['', /it is empty/],
    ['a//b', /empty segment/],
    ['folder/', /empty segment/],
    ['C:\\windows', /does not permit/],
    ['a\\b', /does not permit/],
    ['.hidden', /does not permit/],
    ['-rf', /does not permit/],
    ['a b', /does not permit/],
    ['ends.', /does not permit/],
    ['nul\u0000', /does not permit/],
    ['\u00fcber', /does not permit/],
    [`a${'b'.repeat(128)}`, /longer than 128/],
    [Array.from({ length: 17 }, () => 'a').join('/'), /more than 16 segments/],
  ])('%j is refused', async (path, reason) => {
    const sentence = await named(path);
    expect(sentence).toMatch(reason);
    expect(sentence).toMatch(/^The entry ".*" is refused because of its name/);
  });

  it('may be as long and as deep as the format says', async () => {
    const path = Array.from({ length: 16 }, () => 'a'.repeat(128)).join('/');
    expect(await readAll(bufferSource(makeZip([{ path, bytes: Buffer.from('x') }])))).toEqual({
      [path]: 'x',
    });
  });

  it('cannot be there twice, in another case, or as file and folder', async () => {
    expect(await refusal([one, one])).toMatch(/there twice/);
    expect(await refusal([one, { ...one, path: 'A/ONE.txt' }])).toMatch(
      /there twice, perhaps in another case/,
    );
    expect(await refusal([one, { ...one, path: 'A' }])).toMatch(/also that of a folder/);
    expect(
      await refusal([
        { ...one, path: 'x/y' },
        { ...one, path: 'X/Y/z/w' },
      ]),
    ).toMatch(/a folder it lies in is also a file/);
  });

  it('are the same in both headers', async () => {
    expect(await refusal([{ ...one, local: { name: 'a/two.txt' } }])).toMatch(
      /"a\/one.txt".*bear different names/,
    );
    expect(await refusal([{ ...one, local: { name: 'a/longer.txt' } }, two])).toMatch(
      /two headers differ|overlaps/,
    );
  });
});

const before: ZipFile = { ...two, path: 'before' };
const after: ZipFile = { ...three, path: 'after' };

describe('the headers of a container', () => {
  const local = (over: ZipFile['local'], file = one): Promise<string> =>
    refusal([before, { ...file, local: over! }, after]);
  const central = (over: ZipFile['central'], file = one): Promise<string> =>
    refusal([before, { ...file, central: over! }, after]);

  it('say nothing that a bundle does not say', async () => {
    expect(await local({ method: 8 })).toMatch(/"a\/one.txt".*compressed/);
    expect(await central({ method: 8 })).toMatch(/"a\/one.txt".*compressed/);
    expect(await central({ flags: 0x0801 })).toMatch(/encrypted/);
    expect(await local({ flags: 0x0801 })).toMatch(/encrypted/);
    expect(await central({ flags: 0x0000 })).toMatch(/flags/);
    expect(await local({ flags: 0x0802 })).toMatch(/flags/);
    expect(await central({ version: 10 })).toMatch(/version/);
    expect(await local({ version: 10 })).toMatch(/version/);
    expect(await central({ madeBy: 0x0014 })).toMatch(/another system/);
    expect(await central({ comment: Buffer.from('hi') })).toMatch(/comment|directory/);
    expect(await central({ disk: 1 })).toMatch(/another disk/);
    expect(await central({ internal: 1 })).toMatch(/attributes/);
    // A symbolic link, which unpacking would follow.
    expect(await central({ external: 0xa1ff0000 })).toMatch(/not a plain file/);
  });

  it('use ZIP64 where and only where it is needed', async () => {
    expect(await central({ version: 45 })).toMatch(/version/);
    expect(await local({ version: 45 })).toMatch(/version/);
    expect(await central({ version: 20 }, three)).toMatch(/version/);
    expect(await central({ extra: zip64Extra([3, 3]) })).toMatch(/not the one ZIP64 field/);
    const long = { size: 0xffffffff, stored: 0xffffffff };
    expect(await central({ ...long, extra: zip64Extra([3, 3]) })).toMatch(/not the one ZIP64 field/);
    expect(await central({ ...long, extra: zip64Extra([2 ** 33]) })).toMatch(/not the one ZIP64 field/);
    expect(await central({ ...long, extra: zip64Extra([2 ** 33, 2 ** 33]) })).toMatch(/overlaps/);
    const otherId = zip64Extra([2 ** 33, 2 ** 33]);
    otherId.writeUInt16LE(0x7075, 0);
    expect(await central({ ...long, extra: otherId })).toMatch(/not the one ZIP64 field/);
    const otherLength = zip64Extra([2 ** 33, 2 ** 33]);
    otherLength.writeUInt16LE(8, 2);
    expect(await central({ ...long, extra: otherLength })).toMatch(/not the one ZIP64 field/);
    expect(await central({ extra: Buffer.from('555409000362', 'hex') })).toMatch(/version|ZIP64/);
    expect(await local({ extra: Buffer.from('555405000100000000', 'hex') })).toMatch(/another version/);
    expect(await local({ extra: Buffer.alloc(100) })).toMatch(/two headers differ/);
  });

  it('agree with each other', async () => {
    expect(await local({ time: 1 })).toMatch(/two headers differ/);
    expect(await refusal([two, { ...one, local: { time: 1 }, central: { time: 1 } }])).toMatch(
      /another time/,
    );
    expect(await local({ crc: 1 })).toMatch(/two headers differ/);
    expect(await local({ flags: 0x0808 })).toMatch(/two headers differ/);
    expect(await local({ crc: 1 }, two)).toMatch(/checksum in two places/);
    expect(await local({ size: 10 }, two)).toMatch(/sizes in its two headers/);
    expect(await local({ stored: 10 }, two)).toMatch(/sizes in its two headers/);
    expect(await local({ size: 3 }, three)).toMatch(/sizes in its two headers/);
    expect(await local({ extra: zip64Extra([1, 1]) }, three)).toMatch(/sizes in its two headers/);
  });

  it('do not lie about sizes', async () => {
    expect(await central({ size: 2 })).toMatch(/two sizes differ/);
    expect(await central({ size: 2, stored: 2 })).toMatch(/sizes in its two headers|belong to nothing/);
    expect(await central({ size: 4, stored: 4 })).toMatch(/overlaps/);
    expect(await central({ size: 0x7fffffff, stored: 0x7fffffff })).toMatch(
      /overlaps what comes after it, or is longer/,
    );
    expect(await local({ size: 2 })).toMatch(/sizes in its two headers/);
    expect(await local({ stored: 2 })).toMatch(/sizes in its two headers/);
    const sizes = { size: 2, stored: 2 };
    expect(await refusal([{ ...one, central: sizes, local: sizes }, two])).toMatch(/belong to nothing/);
  });

  it('do not lie about checksums', async () => {
    expect(await central({ crc: 1 }, two)).toMatch(/"a\/two.txt".*damaged or changed/);
    expect(await refusal([{ ...one, central: { crc: 1 }, local: { crc: 1 } }])).toMatch(/damaged or changed/);
  });

  it('begin where the directory says, one after the other', async () => {
    expect(await refusal([one, { ...two, central: { offset: 0 } }])).toMatch(/overlaps/);
    expect(await refusal([{ ...one, central: { offset: 1 } }, two])).toMatch(/before the first entry/);
    expect(await refusal([one, { ...two, central: { offset: 43 } }, three])).toMatch(
      /does not begin|belong to nothing/,
    );
    expect(await refusal([one, { ...two, central: { offset: 0x7fffffff } }, three])).toMatch(
      /overlaps|longer than the bundle/,
    );
    expect(await refusal([{ ...one, gap: Buffer.from('hidden') }, two])).toMatch(
      /"a\/one.txt".*belong to nothing/,
    );
    expect(await refusal([two, { ...one, gap: Buffer.from('hidden') }])).toMatch(
      /"a\/one.txt".*belong to nothing/,
    );
    const [first, second] = [makeZip([one]), makeZip([two])];
    expect(await refusalOf(Buffer.concat([first, second]))).toMatch(/not whole/);
    expect(await refusalOf(Buffer.concat([Buffer.from('MZ'), first]))).toMatch(/not whole/);
  });

  it('a descriptor says what the directory says', async () => {
    const good = makeZip([two, one]);
    const at = good.indexOf(Buffer.from('504b0708', 'hex'));
    for (const byte of [0, 4, 8, 12]) {
      const bad = Buffer.from(good);
      bad[at + byte]! ^= 1;
      expect(await refusalOf(bad)).toMatch(/"a\/two.txt".*behind it are not those of the directory/);
    }
  });
});

describe('the end of a container', () => {
  it('is the end of the file', async () => {
    const good = makeZip([one, two]);
    expect(await refusalOf(Buffer.alloc(0))).toMatch(/does not end as a ZIP file/);
    expect(await refusalOf(Buffer.from('PK'))).toMatch(/does not end as a ZIP file/);
    expect(await refusalOf(good.subarray(0, -1))).toMatch(/cut off, or something was appended/);
    expect(await refusalOf(Buffer.concat([good, Buffer.from('x')]))).toMatch(
      /cut off, or something was appended/,
    );
    expect(await refusal([one], { comment: Buffer.from('hello') })).toMatch(/does not end/);
    const commented = Buffer.from(good);
    commented.writeUInt16LE(5, commented.length - 2);
    expect(await refusalOf(commented)).toMatch(/has a comment/);
    for (const field of [4, 6]) {
      const spread = Buffer.from(good);
      spread.writeUInt16LE(1, spread.length - 22 + field);
      expect(await refusalOf(spread)).toMatch(/several disks/);
    }
  });

  it('counts what is there', async () => {
    expect(await refusal([one, two], { entries: 1 })).toMatch(/longer than the entries it counts/);
    expect(await refusal([one, two], { entries: 3 })).toMatch(/ends within an entry/);
    expect(await refusal([one, two], { entriesHere: 1 })).toMatch(/in two ways/);
    expect(await refusal([one], { directoryBytes: 10 })).toMatch(/not whole/);
    expect(await refusal([one], { directoryOffset: 0 })).toMatch(/not whole/);
    const shortened = makeZip([one], { entries: 1, directoryBytes: 50 });
    const cut = Buffer.concat([shortened.subarray(0, 42 + 50), shortened.subarray(-22)]);
    expect(await refusalOf(cut)).toMatch(/ends within an entry/);
    const other = Buffer.from(makeZip([one, two]));
    other.writeUInt32LE(0, other.indexOf(Buffer.from('504b0102', 'hex')));
    expect(await refusalOf(other)).toMatch(/does not have the entries it counts/);
  });

  it('has ZIP64 where and only where it is needed, and never claims more than the format permits', async () => {
    expect(await refusal([one], { zip64: true })).toMatch(/not whole/);
    expect(await refusal([], { entries: MAX_ENTRIES + 1 })).toMatch(
      /claims 200001 entries; a bundle has at most 200000/,
    );
    const files = Array.from({ length: 65_535 }, (_, at) => ({ path: `f${at}`, bytes: Buffer.alloc(0) }));
    const good = makeZip(files);
    const place = good.length - 22 - 20 - 56;
    for (const at of [0, 4, 12, 14, 16, 20, 24, 32, 40, 48, 56, 60, 64, 72]) {
      const bad = Buffer.from(good);
      bad[place + at]! ^= 1;
      expect(await refusalOf(bad)).toMatch(/two ends contradict|not of the one permitted form/);
    }
    expect(await refusalOf(good.subarray(good.length - 30))).toMatch(/ZIP64 end is missing/);
  });

  it('has a directory of at most 64 MiB', async () => {
    const size = 64 * 1024 * 1024 + 1;
    const end = makeZip([], { entries: 1, directoryBytes: size, directoryOffset: 0, zip64: false });
    await expect(openContainer(sparse(Buffer.alloc(0), size, end))).rejects.toThrow(/larger than 64 MiB/);
  });

  it('takes no name or field by the length it claims', async () => {
    const bad = Buffer.from(makeZip([one]));
    bad.writeUInt16LE(0xffff, 42 + 28);
    expect(await refusalOf(bad)).toMatch(/longer than the format permits/);
  });
});

describe('content', () => {
  it('is read whole up to a limit, and by lines', async () => {
    const text = `first\n${'x'.repeat(MAX_READ + 10)}\n\nlast\n`;
    const container = await openContainer(
      bufferSource(makeZip([{ path: 'lines', bytes: Buffer.from(text) }])),
    );
    const [entry] = container.entries;
    expect((await readWhole(container, entry!, text.length)).toString()).toBe(text);
    await expect(readWhole(container, entry!, text.length - 1)).rejects.toThrow(/lines is larger/);
    const lines = await Array.fromAsync(readLines(container, entry!, 2 * MAX_READ), String);
    expect(lines.map((line) => line.length)).toEqual([5, MAX_READ + 10, 0, 4]);
    await expect(Array.fromAsync(readLines(container, entry!, MAX_READ))).rejects.toThrow(
      /A line of lines is longer/,
    );
  });

  it('that ends within a line was cut off', async () => {
    const container = await openContainer(
      bufferSource(makeZip([{ path: 'lines', bytes: Buffer.from('a\nb') }])),
    );
    await expect(Array.fromAsync(readLines(container, container.entries[0]!, 10))).rejects.toThrow(
      /ends within a line/,
    );
  });
});

describe('a file', () => {
  it('that is none, or is not there, cannot be read', async () => {
    for (const path of [tmpdir(), join(tmpdir(), 'holdfast-not-there')])
      await expect(openFileSource(path)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that becomes shorter while it is read says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-zip-'));
    try {
      const path = join(folder, 'a.zip');
      writeFileSync(path, Buffer.alloc(3_000_000));
      const source = await openFileSource(path);
      writeFileSync(path, Buffer.alloc(10));
      await expect(source.read(2_000_000, 10)).rejects.toThrow(/became shorter while it was read/);
      await source.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
