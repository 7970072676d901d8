import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  append,
  emptyRoot,
  parseFrontier,
  readFrontier,
  readRoot,
  rootFrom,
  serializeFrontier,
} from './merkle.ts';
import { MemoryLog } from './testing/memory-log.ts';

function sha256(...pieces: Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(pieces)).digest();
}

/** MTH of RFC 6962 section 2.1, word for word and independent of the code under test. */
function treeHash(entries: readonly Buffer[]): Buffer {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0]!);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(Buffer.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)));
}

/** The eight entries that Certificate Transparency implementations test with, and the roots of 0 to 8 of them. */
const KNOWN_ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const KNOWN_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the Merkle log', () => {
  it('has the known roots for the known entries', () => {
    const log = new MemoryLog();
    const roots = [log.root];
    for (const entry of KNOWN_ENTRIES) {
      log.append(Buffer.from(entry, 'hex'));
      roots.push(log.root);
    }
    expect(roots.map((root) => root.toString('hex'))).toEqual(KNOWN_ROOTS);
    expect(emptyRoot().toString('hex')).toBe(KNOWN_ROOTS[0]);
  });

  it('equals the recursive definition at every size up to 130, from frontier and from stored nodes', async () => {
    const log = new MemoryLog();
    for (let size = 1; size <= 130; size += 1) {
      expect(log.append(randomBytes(size % 40))).toBe(size - 1);
      expect(log.root).toEqual(treeHash(log.entries));
      expect(await readFrontier(size, log.readNode)).toEqual(log.frontier);
    }
    for (const earlier of [0, 1, 64, 99, 127]) {
      expect(await readRoot(earlier, log.readNode)).toEqual(treeHash(log.entries.slice(0, earlier)));
    }
  });

  it('stores each complete subtree exactly once', () => {
    const log = new MemoryLog();
    let stored = 0;
    for (let size = 0; size < 64; size += 1) {
      const { newNodes } = append(log.size, log.frontier, sha256());
      stored += newNodes.length;
      log.append(Buffer.of(size));
    }
    expect(stored).toBe(64 + 32 + 16 + 8 + 4 + 2 + 1);
    expect(log.nodes.size).toBe(stored);
  });

  it('leaves the frontier it is given as it was', () => {
    const log = new MemoryLog([1, 2, 3].map((n) => Buffer.of(n)));
    const before = [...log.frontier];
    append(3, log.frontier, sha256());
    expect(log.frontier).toEqual(before);
  });

  it('reads a frontier back from its bytes and refuses one that does not fit the size', () => {
    const log = new MemoryLog([1, 2, 3, 4, 5, 6, 7].map((n) => Buffer.of(n)));
    const bytes = serializeFrontier(log.frontier);
    expect(bytes).toHaveLength(3 * 32);
    expect(rootFrom(7, parseFrontier(7, bytes))).toEqual(log.root);
    expect(parseFrontier(0, Buffer.alloc(0))).toEqual([]);
    const refused = expect.objectContaining({ code: 'integrity_failed' });
    for (const size of [0, 6, 8, 15, -1, 1.5]) expect(() => parseFrontier(size, bytes)).toThrow(refused);
    expect(() => parseFrontier(7, bytes.subarray(1))).toThrow(refused);
    expect(() => append(8, log.frontier, sha256())).toThrow(refused);
    expect(() => rootFrom(8, log.frontier)).toThrow(refused);
    for (const size of [-1, -2, Number.NaN, Infinity])
      expect(() => parseFrontier(size, Buffer.alloc(0))).toThrow(refused);
    expect(() => parseFrontier(2 ** 53, bytes.subarray(0, 32))).toThrow(refused);
    expect(() => rootFrom(2, [Buffer.alloc(33)])).toThrow(refused);
    expect(() => rootFrom(3, [sha256(), Buffer.alloc(31)])).toThrow(refused);
  });

  it('keeps count beyond 32 bits', () => {
    const size = 2 ** 40 + 2 ** 33 + 1;
    const frontier = [1, 2, 3].map((n) => sha256(Buffer.of(n)));
    const appended = append(size, frontier, sha256());
    expect(appended.index).toBe(size);
    expect(appended.newNodes.map(({ level, index }) => [level, index])).toEqual([
      [0, size],
      [1, (size - 1) / 2],
    ]);
    expect(appended.frontier).toHaveLength(3);
  });
});
