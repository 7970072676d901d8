import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { entryTiles, zipOf } from './log-archive.ts';

test('The tiles of a log are named as C2SP writes them, the last by its width.', () => {
  expect(entryTiles(0)).toEqual([]);
  expect(entryTiles(14)).toEqual(['tile/entries/000.p/14']);
  expect(entryTiles(256)).toEqual(['tile/entries/000']);
  expect(entryTiles(300)).toEqual(['tile/entries/000', 'tile/entries/001.p/44']);
  expect(entryTiles(256 * 1_235).at(-1)).toBe('tile/entries/x001/234');
});

test('The archive is unpacked by another program to the same bytes.', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-zip-'));
  try {
    const bytes = Uint8Array.from({ length: 5_000 }, (_, at) => (at * 31) % 251);
    const files = [
      { path: 'checkpoint', bytes: new TextEncoder().encode('— ä\n') },
      { path: 'tile/entries/x001/234.p/3', bytes },
      { path: 'empty', bytes: new Uint8Array() },
    ];
    writeFileSync(join(folder, 'log.zip'), zipOf(files));
    const read =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
    execFileSync('python3', ['-c', read, join(folder, 'log.zip'), folder]);
    for (const file of files)
      expect(new Uint8Array(readFileSync(join(folder, file.path)))).toEqual(new Uint8Array(file.bytes));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
