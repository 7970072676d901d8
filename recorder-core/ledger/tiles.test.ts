import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leafHash } from './merkle.ts';
import { MemoryLog } from './testing/memory-log.ts';
import {
  hasTile,
  parseEntryBundle,
  parseTilePath,
  readHashTile,
  tilePath,
  tilesAt,
  TILE_WIDTH,
  writeEntryBundle,
} from './tiles.ts';

const entries = Array.from({ length: 600 }, (_, at) => Buffer.from(`entry ${at}`));
const log = new MemoryLog(entries);

describe('the path of a tile', () => {
  test.each([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 63, index: 0, width: 256 }, 'tile/63/000'],
    [{ level: 2, index: 999, width: 1 }, 'tile/2/999.p/1'],
    [{ level: 1, index: 1000, width: 17 }, 'tile/1/x001/000.p/17'],
    [{ level: 'entries', index: 273, width: 112 }, 'tile/entries/273.p/112'],
  ] as const)('of %j is %s', (address, path) => {
    expect(tilePath(address)).toBe(path);
    expect(parseTilePath(path)).toEqual(address);
  });

  test.each([
    'tile/0/0',
    'tile/0/x000/001',
    'tile/64/000',
    'tile/00/000',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/001/000',
    'tile/0/x001/x234',
    'tile/0/000/',
    '../tile/0/000',
    'tile/-1/000',
    'tile/0/000.p/999',
    'tile/0/000.p/1/',
    'atile/0/000',
    'tile/0/00',
    'tile/0/000.p/',
    '',
  ])('is not %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  test('reads back for every tile', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(63), fc.constant('entries' as const)),
        fc.nat(10 ** 12),
        fc.integer({ min: 1, max: 256 }),
        (level, index, width) => {
          expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
        },
      ),
    );
  });
});

describe('the tiles of a log', () => {
  test('are those of the example in the specification', () => {
    expect(tilesAt(0, 70_000)).toEqual({ full: 273, partial: 112 });
    expect(tilesAt('entries', 70_000)).toEqual({ full: 273, partial: 112 });
    expect(tilesAt(1, 70_000)).toEqual({ full: 1, partial: 17 });
    expect(tilesAt(2, 70_000)).toEqual({ full: 0, partial: 1 });
    expect(tilesAt(3, 70_000)).toEqual({ full: 0, partial: 0 });
    expect(tilesAt(1, 256)).toEqual({ full: 0, partial: 1 });
  });

  test('of hashes hold the leaf hashes at level 0 and roots of full tiles above', async () => {
    const tile = await readHashTile({ level: 0, index: 1, width: 256 }, log.size, log.readNode);
    expect(tile).toHaveLength(8192);
    expect(tile.subarray(0, 32)).toEqual(leafHash(entries[256]!));
    const above = await readHashTile({ level: 1, index: 0, width: 2 }, log.size, log.readNode);
    expect(above.subarray(0, 32)).toEqual(new MemoryLog(entries.slice(0, 256)).root);
    expect(above.subarray(32)).toEqual(new MemoryLog(entries.slice(256, 512)).root);
  });

  test('are given as far as the log goes and no further', async () => {
    expect(hasTile({ level: 0, index: 2, width: 88 }, 600)).toBe(true);
    expect(hasTile({ level: 0, index: 2, width: 50 }, 600)).toBe(true);
    expect(hasTile({ level: 0, index: 1, width: 256 }, 600)).toBe(true);
    expect(hasTile({ level: 0, index: 2, width: 1 }, 512)).toBe(false);
    expect(hasTile({ level: 'entries', index: 2, width: 88 }, 600)).toBe(true);
    expect(hasTile({ level: 'entries', index: 3, width: 1 }, 600)).toBe(false);
    for (const beyond of [
      { level: 0, index: 2, width: 89 },
      { level: 0, index: 3, width: 1 },
      { level: 2, index: 0, width: 1 },
    ]) {
      await expect(readHashTile(beyond, 600, log.readNode)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(
      readHashTile({ level: 'entries', index: 0, width: 1 }, 600, log.readNode),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a bundle of entries', () => {
  test('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: TILE_WIDTH }), (list) => {
        const buffers = list.map((bytes) => Buffer.from(bytes));
        expect(parseEntryBundle(writeEntryBundle(buffers))).toEqual(buffers);
      }),
    );
  });

  test('takes entries up to 65,535 bytes', () => {
    expect(parseEntryBundle(writeEntryBundle([Buffer.alloc(65_535)]))[0]).toHaveLength(65_535);
    expect(() => writeEntryBundle([Buffer.alloc(65_536)])).toThrow(/at most 65,535/);
  });

  test('is refused cut short or with more entries than fit', () => {
    const bundle = writeEntryBundle(entries.slice(0, 3));
    const ends = [0, 9, 18, 27];
    for (let length = 0; length < bundle.length; length += 1)
      if (!ends.includes(length))
        expect(() => parseEntryBundle(bundle.subarray(0, length))).toThrow(/cut short/);
    expect(() => parseEntryBundle(writeEntryBundle(entries.slice(0, 257)))).toThrow(/too long/);
    expect(parseEntryBundle(writeEntryBundle(entries.slice(0, 256)))).toEqual(entries.slice(0, 256));
    expect(parseEntryBundle(writeEntryBundle([Buffer.alloc(0)]))).toEqual([Buffer.alloc(0)]);
  });
});
