/**
 * The Merkle tree of the ledger as a reader checks it: hashes of RFC 6962 section 2.1, proofs as RFC 9162 sections
 * 2.1.3.2 and 2.1.4.2 say. Written for the page itself, so that the answer "proven" is not the server's word.
 */
import { joined, sameBytes, sha256, type Bytes } from './bytes.ts';

const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Promise<Bytes> {
  return sha256(joined(LEAF, entry));
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(joined(NODE, left, right));
}

/** Whether `proof` shows that `entry` is leaf `index` of the log of `size` leaves with this root. */
export async function isIncluded(
  entry: Uint8Array,
  at: { readonly index: number; readonly size: number },
  proof: readonly Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  const { index, size } = at;
  if (!isCount(index) || !isCount(size) || index >= size || !proof.every(isHash)) return false;
  const climbed = await climb(index, size - 1, proof, await leafHash(entry));
  return climbed !== undefined && sameBytes(climbed.result, root);
}

/** Whether `proof` shows that the log with `root` at `size` only adds to the one with `oldRoot` at `oldSize`. */
export async function isConsistent(
  before: { readonly size: number; readonly root: Uint8Array },
  after: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): Promise<boolean> {
  if (!isCount(before.size) || !isCount(after.size) || before.size > after.size) return false;
  if (!proof.every(isHash)) return false;
  if (before.size === after.size) return proof.length === 0 && sameBytes(before.root, after.root);
  if (before.size === 0) return proof.length === 0 && sameBytes(before.root, await sha256(new Uint8Array()));
  const [first, ...rest] = isPowerOfTwo(before.size) ? [before.root, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [before.size - 1, after.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const climbed = await climb(node, last, rest, first);
  return (
    climbed !== undefined && sameBytes(climbed.old, before.root) && sameBytes(climbed.result, after.root)
  );
}

/** From a node up to the root; `old` is what the tree was that ended with the node. Undefined where the proof does not fit. */
async function climb(
  from: number,
  end: number,
  proof: readonly Uint8Array[],
  start: Uint8Array,
): Promise<{ readonly result: Uint8Array; readonly old: Uint8Array } | undefined> {
  let [node, last] = [from, end];
  let [result, old] = [start, start];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      result = await nodeHash(sibling, result);
      old = await nodeHash(sibling, old);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      result = await nodeHash(result, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? { result, old } : undefined;
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

function isHash(hash: Uint8Array): boolean {
  return hash.length === HASH_BYTES;
}
