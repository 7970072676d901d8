import { readFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signCheckpoint } from '../../../recorder-core/ledger/checkpoint.ts';
import { readRoot } from '../../../recorder-core/ledger/merkle.ts';
import { consistencyProof, inclusionProof } from '../../../recorder-core/ledger/proofs.ts';
import { noteSigner, verifierKeyText } from '../../../recorder-core/ledger/signed-note.ts';
import { MemoryLog } from '../../../recorder-core/ledger/testing/memory-log.ts';
import { fromBase64, toBase64, utf8 } from './bytes.ts';
import { fingerprintOf, isSignedBy, parseCheckpoint, parseVerifierKey } from './checkpoint.ts';
import { isConsistent, isIncluded } from './merkle.ts';

const MAX = 40;
const log = new MemoryLog(Array.from({ length: MAX }, (_, n) => Buffer.from(`entry ${String(n)}`)));
const roots = await Promise.all(Array.from({ length: MAX + 1 }, (_, size) => readRoot(size, log.readNode)));
const sizes = fc.integer({ min: 1, max: MAX }).chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)));

interface Vectors {
  readonly vkey: string;
  readonly checkpoint: string;
  readonly roots: readonly string[];
  readonly inclusions: readonly { readonly index: number; readonly size: number; readonly proof: string[] }[];
  readonly consistencies: readonly {
    readonly oldSize: number;
    readonly size: number;
    readonly proof: string[];
  }[];
}
const go = JSON.parse(
  readFileSync(new URL('../../../recorder-core/ledger/vectors/sumdb.json', import.meta.url), 'utf8'),
) as Vectors;

function root(size: number): Uint8Array {
  return roots[size] ?? new Uint8Array();
}

function bytes(text: string): Uint8Array {
  return fromBase64(text) ?? new Uint8Array();
}

function flipped(from: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(from);
  const at = (bit >> 3) % Math.max(1, changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

describe('the proof that the page checks', () => {
  test('agrees with the roots and proofs that Go made.', async () => {
    for (const { index, size, proof } of go.inclusions)
      expect(
        await isIncluded(
          utf8(`entry ${String(index)}`),
          { index, size },
          proof.map(bytes),
          bytes(go.roots[size - 1] ?? ''),
        ),
      ).toBe(true);
    for (const { oldSize, size, proof } of go.consistencies) {
      const at = (count: number) => ({ size: count, root: bytes(go.roots[count - 1] ?? '') });
      expect(await isConsistent(at(oldSize), at(size), proof.map(bytes))).toBe(true);
    }
  });

  test('accepts what the ledger makes for every leaf of every size, and nothing with a bit changed.', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(255), async ([index, size], bit) => {
        const proof = await inclusionProof(index, size, log.readNode);
        const entry = utf8(`entry ${String(index)}`);
        expect(await isIncluded(entry, { index, size }, proof, root(size))).toBe(true);
        expect(await isIncluded(flipped(entry, bit), { index, size }, proof, root(size))).toBe(false);
        expect(await isIncluded(entry, { index, size }, proof, flipped(root(size), bit))).toBe(false);
        for (const [at, hash] of proof.entries())
          expect(
            await isIncluded(
              entry,
              { index, size },
              proof.with(at, Buffer.from(flipped(hash, bit))),
              root(size),
            ),
          ).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('accepts that a log only grew, and neither another history nor another length of the proof.', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(255), async ([oldSize, size], bit) => {
        const proof = await consistencyProof(oldSize, size, log.readNode);
        const [before, after] = [
          { size: oldSize, root: root(oldSize) },
          { size, root: root(size) },
        ];
        expect(await isConsistent(before, after, proof)).toBe(true);
        expect(await isConsistent({ ...before, root: flipped(before.root, bit) }, after, proof)).toBe(false);
        expect(await isConsistent(after, before, proof)).toBe(false);
        expect(await isConsistent(before, after, [...proof, Buffer.alloc(32)])).toBe(false);
        // From nothing, everything is growth; what it grew to is not looked at.
        if (oldSize > 0)
          expect(await isConsistent(before, { ...after, root: flipped(after.root, bit) }, proof)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a checkpoint in the page', () => {
  test('of Go is read and its signature holds; the key has a fingerprint.', async () => {
    const key = await parseVerifierKey(go.vkey);
    const checkpoint = parseCheckpoint(go.checkpoint);
    if (key === undefined || checkpoint === undefined) throw new Error('the vectors are not read');
    expect(checkpoint).toMatchObject({ origin: 'holdfast.example/tenant/vectors', size: 23 });
    expect(toBase64(checkpoint.root)).toBe(go.roots[22]);
    expect(await isSignedBy(checkpoint, key)).toBe('true');
    expect(await fingerprintOf(key)).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
  });

  test('that was changed is signed falsely, and one of another key is unsigned.', async () => {
    const origin = 'holdfast.example/tenant/a';
    const { privateKey } = generateKeyPairSync('ed25519');
    const other = generateKeyPairSync('ed25519').privateKey;
    const note = signCheckpoint(
      { origin, size: 7, root: Buffer.from(root(7)) },
      noteSigner(origin, privateKey),
    );
    const read = async (text: string, from: typeof privateKey) => {
      const key = await parseVerifierKey(verifierKeyText(origin, from));
      const checkpoint = parseCheckpoint(text);
      if (key === undefined || checkpoint === undefined) throw new Error('not read');
      return isSignedBy(checkpoint, key);
    };
    expect(await read(note, privateKey)).toBe('true');
    expect(await read(note.replace('\n7\n', '\n8\n'), privateKey)).toBe('false');
    expect(await read(note, other)).toBe('unsigned');
  });

  test.each([
    ['no signature', 'a\n1\nAAAA\n'],
    ['a size that is none', go.checkpoint.replace('\n23\n', '\n023\n')],
    ['a root of another length', go.checkpoint.replace('fOygtBO3', 'fOyg')],
    ['a line that is no signature', `${go.checkpoint}nonsense\n`],
    ['further lines', go.checkpoint.replace('\n\n', '\nmore\n\n')],
  ])('with %s is none.', (_what, text) => {
    expect(parseCheckpoint(text)).toBeUndefined();
  });

  test('is not checked by a key whose id belongs to another.', async () => {
    expect(await parseVerifierKey(go.vkey.replace('+405cd4a0+', '+405cd4a1+'))).toBeUndefined();
    expect(await parseVerifierKey('nonsense')).toBeUndefined();
  });
});
