import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, nodeHash, readRoot } from './merkle.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proofs.ts';
import { MemoryLog } from './testing/memory-log.ts';

const MAX = 70;
const log = new MemoryLog(Array.from({ length: MAX }, (_, n) => Buffer.from(`entry ${n}`)));
const roots = await Promise.all(Array.from({ length: MAX + 1 }, (_, size) => readRoot(size, log.readNode)));

function root(size: number): Buffer {
  return roots[size]!;
}

function flip(hash: Buffer, bit: number): Buffer {
  const changed = Buffer.from(hash);
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}

/** A size and two smaller numbers in order. */
const sizes = fc.integer({ min: 1, max: MAX }).chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));

describe('inclusion proofs', () => {
  it('verify for every leaf of every size up to 70', async () => {
    for (let size = 1; size <= MAX; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(index, size, log.readNode);
        expect(verifyInclusion(log.entries[index]!, index, size, proof, root(size))).toBe(true);
      }
    }
  });

  it('fail when any bit of the entry, the proof or the root is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(255), async ([index, size], bit) => {
        const proof = await inclusionProof(index, size, log.readNode);
        const entry = log.entries[index]!;
        expect(verifyInclusion(flip(entry, bit % (entry.length * 8)), index, size, proof, root(size))).toBe(
          false,
        );
        expect(verifyInclusion(entry, index, size, proof, flip(root(size), bit))).toBe(false);
        for (let at = 0; at < proof.length; at += 1) {
          const changed = proof.with(at, flip(proof[at]!, bit));
          expect(verifyInclusion(entry, index, size, changed, root(size))).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('fail for any other index, any other leaf and any other root', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(MAX - 1), async ([index, size], other) => {
        fc.pre(other !== index);
        const proof = await inclusionProof(index, size, log.readNode);
        const entry = log.entries[index]!;
        expect(verifyInclusion(entry, other, size, proof, root(size))).toBe(false);
        expect(verifyInclusion(log.entries[other]!, index, size, proof, root(size))).toBe(false);
        if (other + 1 !== size) {
          expect(verifyInclusion(entry, index, other + 1, proof, root(other + 1))).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('fail when a hash is left out, added or not a hash, and for nonsense positions', async () => {
    const proof = await inclusionProof(5, 13, log.readNode);
    const entry = log.entries[5]!;
    const verify = (changed: readonly Buffer[], index = 5, size = 13) =>
      verifyInclusion(entry, index, size, changed, root(13));
    expect(verify(proof)).toBe(true);
    for (let at = 0; at < proof.length; at += 1) expect(verify(proof.toSpliced(at, 1))).toBe(false);
    for (let at = 0; at <= proof.length; at += 1) expect(verify(proof.toSpliced(at, 0, root(3)))).toBe(false);
    expect(verify(proof.with(0, proof[0]!.subarray(1)))).toBe(false);
    for (const index of [-1, 13, 5.5, Number.NaN, 2 ** 53]) expect(verify(proof, index)).toBe(false);
    for (const size of [0, -13, 13.5, Infinity]) expect(verify(proof, 5, size)).toBe(false);
    for (const [index, size] of [
      [13, 13],
      [0, 0],
      [-1, 13],
      [0.5, 13],
      [5, 13.5],
      [5, Infinity],
    ] as const)
      await expect(inclusionProof(index, size, log.readNode)).rejects.toMatchObject({
        code: 'invalid_input',
      });
  });

  it('fail when they are longer or shorter than the tree, though their hashes lead to the root', async () => {
    for (const [index, size] of [
      [5, 13],
      [12, 13],
      [0, 1],
      [7, 8],
    ] as const) {
      const proof = await inclusionProof(index, size, log.readNode);
      const entry = log.entries[index]!;
      const added = root(3);
      for (const taller of [nodeHash(added, root(size)), nodeHash(root(size), added)])
        expect(verifyInclusion(entry, index, size, [...proof, added], taller)).toBe(false);
      // A leaf that passes for the root of a larger log.
      if (size > 1) expect(verifyInclusion(entry, index, size, [], leafHash(entry))).toBe(false);
    }
    const index = 4;
    const [sibling] = await inclusionProof(index, 13, log.readNode);
    const parent = nodeHash(leafHash(log.entries[index]!), sibling!);
    expect(verifyInclusion(log.entries[index]!, index, 6, [sibling!], parent)).toBe(false);
    for (const nonsense of [-1, 0.5]) {
      expect(verifyInclusion(log.entries[0]!, nonsense, 1, [], root(1))).toBe(false);
      expect(verifyInclusion(log.entries[0]!, 0, nonsense, [], root(1))).toBe(false);
    }
    expect(verifyInclusion(log.entries[0]!, 0, 1.5, [], root(1))).toBe(false);
  });
});

describe('consistency proofs', () => {
  it('verify between every two sizes up to 70, and to the empty log', async () => {
    for (let size = 0; size <= MAX; size += 1) {
      for (let old = 0; old <= size; old += 1) {
        const proof = await consistencyProof(old, size, log.readNode);
        expect(verifyConsistency(old, size, proof, root(old), root(size))).toBe(true);
      }
    }
  });

  it('fail when any bit of the proof or of a root is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(255), async ([old, size], bit) => {
        const proof = await consistencyProof(old, size, log.readNode);
        expect(verifyConsistency(old, size, proof, flip(root(old), bit), root(size))).toBe(false);
        if (old > 0)
          expect(verifyConsistency(old, size, proof, root(old), flip(root(size), bit))).toBe(false);
        for (let at = 0; at < proof.length; at += 1) {
          const changed = proof.with(at, flip(proof[at]!, bit));
          expect(verifyConsistency(old, size, changed, root(old), root(size))).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('fail for other sizes than they were made for', async () => {
    const triple = fc.tuple(
      fc.integer({ min: 1, max: MAX }),
      fc.integer({ min: 1, max: MAX }),
      fc.integer({ min: 1, max: MAX }),
    );
    await fc.assert(
      fc.asyncProperty(triple, async ([a, b, other]) => {
        const [old, size] = a < b ? [a, b] : [b, a];
        fc.pre(old !== size && other !== old && other !== size);
        const proof = await consistencyProof(old, size, log.readNode);
        expect(verifyConsistency(other, size, proof, root(other), root(size))).toBe(false);
        expect(verifyConsistency(old, other, proof, root(old), root(other))).toBe(false);
        expect(verifyConsistency(size, old, proof, root(size), root(old))).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('fail when a hash is left out, added or not a hash', async () => {
    for (const [old, size] of [
      [6, 13],
      [8, 13],
      [13, 13],
      [0, 13],
    ] as const) {
      const proof = await consistencyProof(old, size, log.readNode);
      const verify = (changed: readonly Buffer[]) =>
        verifyConsistency(old, size, changed, root(old), root(size));
      for (let at = 0; at < proof.length; at += 1) expect(verify(proof.toSpliced(at, 1))).toBe(false);
      for (let at = 0; at <= proof.length; at += 1)
        expect(verify(proof.toSpliced(at, 0, root(3)))).toBe(false);
      if (proof[0]) expect(verify(proof.with(0, proof[0].subarray(1)))).toBe(false);
    }
    expect(verifyConsistency(6, 13, [], root(6), root(13))).toBe(false);
    // The same roots and hashes under a size whose tree is of another shape.
    const proof = await consistencyProof(6, 13, log.readNode);
    expect(verifyConsistency(6, 40, proof, root(6), root(13))).toBe(false);
    for (const [old, size] of [
      [14, 13],
      [-1, 13],
      [0.5, 13],
      [0, -1],
      [0, 0.5],
      [5, Infinity],
    ] as const)
      await expect(consistencyProof(old, size, log.readNode)).rejects.toMatchObject({
        code: 'invalid_input',
      });
  });

  it('fail when they are longer or shorter than the trees, though their hashes lead to the roots', async () => {
    const added = root(3);
    for (const [old, size] of [
      [6, 13],
      [8, 13],
      [4, 8],
    ] as const) {
      const proof = await consistencyProof(old, size, log.readNode);
      const taller = [...proof, added];
      for (const newRoot of [nodeHash(root(size), added), nodeHash(added, root(size))])
        for (const oldRoot of [root(old), nodeHash(added, root(old))])
          expect(verifyConsistency(old, size, taller, oldRoot, newRoot)).toBe(false);
    }
    // The old root of a full tree passes for a new one, with nothing between them.
    expect(verifyConsistency(8, 13, [], root(8), root(8))).toBe(false);
    expect(verifyConsistency(6, 13, [root(6)], root(6), root(6))).toBe(false);
  });

  it('fail for a hash of another length, though the root was computed over it', () => {
    for (const length of [0, 31, 33, 64]) {
      const longer = nodeHash(root(1), Buffer.alloc(length));
      expect(verifyInclusion(log.entries[0]!, 0, 2, [Buffer.alloc(length)], longer)).toBe(false);
      expect(verifyConsistency(1, 2, [Buffer.alloc(length)], root(1), longer)).toBe(false);
    }
  });

  it('fail for sizes that are none, and for equal or empty logs that differ', () => {
    for (const [old, size] of [
      [-1, -1],
      [0.5, 0.5],
      [Number.NaN, 3],
      [2 ** 53, 2 ** 53],
      [3, 2],
      [2, 1],
      [4, 3],
    ] as const)
      expect(verifyConsistency(old, size, [], root(3), root(3))).toBe(false);
    expect(verifyConsistency(0, 1.5, [], root(0), root(3))).toBe(false);
    expect(verifyConsistency(0, 3, [], root(1), root(3))).toBe(false);
    expect(verifyConsistency(0, 3, [root(1)], root(0), root(3))).toBe(false);
    expect(verifyConsistency(3, 3, [root(1)], root(3), root(3))).toBe(false);
    expect(verifyConsistency(3, 3, [], root(2), root(3))).toBe(false);
  });
});

describe('an independent implementation (golang.org/x/mod/sumdb/tlog)', () => {
  const go = JSON.parse(readFileSync(new URL('./vectors/sumdb.json', import.meta.url), 'utf8')) as {
    roots: string[];
    inclusions: { index: number; size: number; proof: string[] }[];
    consistencies: { oldSize: number; size: number; proof: string[] }[];
  };
  const text = (proof: readonly Buffer[]) => proof.map((hash) => hash.toString('base64'));

  it('has the same roots', () => {
    expect(go.roots.map((_, at) => root(at + 1).toString('base64'))).toEqual(go.roots);
  });

  it('makes the same inclusion and consistency proofs', async () => {
    for (const { index, size, proof } of go.inclusions) {
      expect(text(await inclusionProof(index, size, log.readNode))).toEqual(proof);
    }
    for (const { oldSize, size, proof } of go.consistencies) {
      expect(text(await consistencyProof(oldSize, size, log.readNode))).toEqual(proof);
    }
  });
});
