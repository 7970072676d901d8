/** Inclusion and consistency proofs: made as RFC 6962 section 2.1 defines, checked as RFC 9162 section 2.1 says. */
import { HoldfastError } from '../errors.ts';
import type { ReadNode } from './merkle.ts';
import { HASH_BYTES, completeSubtrees, emptyRoot, leafHash, nodeHash } from './merkle.ts';

/** Hashes from the leaf's side towards the root. */
export type Proof = readonly Buffer[];

/**
 * The audit path of leaf `index` in the log of `size` leaves (RFC 6962 section 2.1.1).
 * @throws invalid_input when there is no such leaf.
 */
export async function inclusionProof(index: number, size: number, readNode: ReadNode): Promise<Proof> {
  if (!isCount(size) || !isCount(index) || index >= size)
    throw noSuchProof(`leaf ${index} in a log of ${size}`);
  const path: Promise<Buffer>[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      path.unshift(subtreeRoot(middle, to, readNode));
      to = middle;
    } else {
      path.unshift(subtreeRoot(from, middle, readNode));
      from = middle;
    }
  }
  return Promise.all(path);
}

/**
 * The proof that the log of `size` leaves extends what it was at `oldSize` (RFC 6962 section 2.1.2). Empty for
 * equal sizes and for an old size of 0.
 * @throws invalid_input when `oldSize` is larger.
 */
export async function consistencyProof(oldSize: number, size: number, readNode: ReadNode): Promise<Proof> {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size)
    throw noSuchProof(`sizes ${oldSize} and ${size}`);
  if (oldSize === 0 || oldSize === size) return [];
  const path: Promise<Buffer>[] = [];
  let [from, to] = [0, size];
  while (oldSize !== to) {
    const middle = from + splitPoint(to - from);
    if (oldSize <= middle) {
      path.unshift(subtreeRoot(middle, to, readNode));
      to = middle;
    } else {
      path.unshift(subtreeRoot(from, middle, readNode));
      from = middle;
    }
  }
  // When the old tree is itself one complete left subtree, the verifier knows its root and it is left out.
  if (from !== 0) path.unshift(subtreeRoot(from, to, readNode));
  return Promise.all(path);
}

/** Whether `proof` shows that `entry` is leaf `index` of the log of `size` leaves with this root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  entry: Uint8Array,
  index: number,
  size: number,
  proof: Proof,
  root: Buffer,
): boolean {
  return verifyLeafHash(leafHash(entry), index, size, proof, root);
}

/** As verifyInclusion, for a leaf hash. Prefer verifyInclusion: a hash proves nothing about what it stands for. */
export function verifyLeafHash(
  hash: Buffer,
  index: number,
  size: number,
  proof: Proof,
  root: Buffer,
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !proof.every(isHash)) return false;
  let [node, last] = [index, size - 1];
  let result = hash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      result = nodeHash(sibling, result);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      result = nodeHash(result, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && result.equals(root);
}

/** Whether `proof` shows that the log with `root` at `size` extends the one with `oldRoot` at `oldSize` (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(
  oldSize: number,
  size: number,
  proof: Proof,
  oldRoot: Buffer,
  root: Buffer,
): boolean {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size || !proof.every(isHash)) return false;
  if (oldSize === size) return proof.length === 0 && oldRoot.equals(root);
  if (oldSize === 0) return proof.length === 0 && oldRoot.equals(emptyRoot());
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [oldSize - 1, size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [oldResult, result] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldResult = nodeHash(sibling, oldResult);
      result = nodeHash(sibling, result);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      result = nodeHash(result, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldResult.equals(oldRoot) && result.equals(root);
}

/** Root of the leaves [from, to), which begin where RFC 6962 splits. */
async function subtreeRoot(from: number, to: number, readNode: ReadNode): Promise<Buffer> {
  const hashes = await Promise.all(
    completeSubtrees(from, to).map(({ level, index }) => readNode(level, index)),
  );
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The largest power of two smaller than `size`; `size` is at least 2. */
function splitPoint(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** Sizes go beyond 32 bits, so no bit operators here. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(hash: Buffer): boolean {
  return hash.length === HASH_BYTES;
}

function noSuchProof(what: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `There is no proof for ${what}. Ask for a leaf below the size and sizes that grow.`,
  );
}
