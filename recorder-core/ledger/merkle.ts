/**
 * The Merkle tree of RFC 6962 section 2.1 as a growing log. Pure functions; where nodes are kept is the
 * caller's matter.
 *
 * Stored nodes are those of complete subtrees only: (level, index) covers the leaves
 * [index · 2^level, (index + 1) · 2^level). They are written once and never change.
 */
import { createHash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';

export const HASH_BYTES = 32;

/** A node of a complete subtree. Level 0 is the leaves. */
export interface MerkleNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Buffer;
}

/**
 * Gives the hash of a stored node. Asked only for complete subtrees of the log.
 * @throws whatever the store throws; it must not answer with a made-up hash for a missing node.
 */
export type ReadNode = (level: number, index: number) => Promise<Buffer>;

/**
 * The roots of the maximal complete subtrees of a log, from left (largest) to right: one per set bit of its
 * size. It is all that is needed to append.
 */
export type Frontier = readonly Buffer[];

/** What one append changes. */
export interface Appended {
  /** The new leaf's position; the log's size is now one more. */
  readonly index: number;
  /** The leaf and every subtree it completed, to be stored. */
  readonly newNodes: readonly MerkleNode[];
  readonly frontier: Frontier;
}

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(entry).digest();
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}

/** The root of the log without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return createHash('sha256').digest();
}

/** Adds one leaf to a log of `size` leaves. Changes nothing it is given. */
export function append(size: number, frontier: Frontier, hash: Buffer): Appended {
  checkFrontier(size, frontier);
  const newNodes: MerkleNode[] = [{ level: 0, index: size, hash }];
  const rest = [...frontier];
  let merged = hash;
  let position = size;
  for (let level = 1; position % 2 === 1; level += 1) {
    merged = nodeHash(rest.pop() as Buffer, merged);
    position = (position - 1) / 2;
    newNodes.push({ level, index: position, hash: merged });
  }
  return { index: size, newNodes, frontier: [...rest, merged] };
}

/** The root of a log of `size` leaves from its frontier. */
export function rootFrom(size: number, frontier: Frontier): Buffer {
  checkFrontier(size, frontier);
  return (
    frontier.reduceRight<Buffer | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    ) ?? emptyRoot()
  );
}

/** Reads the frontier of a log of `size` leaves from its stored nodes. */
export async function readFrontier(size: number, readNode: ReadNode): Promise<Frontier> {
  return Promise.all(completeSubtrees(0, size).map(({ level, index }) => readNode(level, index)));
}

/** The root the log had at `size`, from its stored nodes. */
export async function readRoot(size: number, readNode: ReadNode): Promise<Buffer> {
  return rootFrom(size, await readFrontier(size, readNode));
}

/** The hashes of the frontier one after the other: 32 bytes each. */
export function serializeFrontier(frontier: Frontier): Buffer {
  return Buffer.concat(frontier);
}

/** @throws integrity_failed when the bytes cannot be the frontier of a log of `size` leaves. */
export function parseFrontier(size: number, bytes: Buffer): Frontier {
  const frontier: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) frontier.push(bytes.subarray(at, at + HASH_BYTES));
  checkFrontier(size, frontier);
  return frontier;
}

/**
 * The maximal complete subtrees of the leaves [from, to), left to right. `from` must be where RFC 6962 splits
 * a tree: a multiple of the largest power of two not above `to - from`.
 */
export function completeSubtrees(from: number, to: number): { level: number; index: number }[] {
  const subtrees: { level: number; index: number }[] = [];
  for (let start = from; start < to;) {
    let [level, width] = [0, 1];
    while (width * 2 <= to - start) [level, width] = [level + 1, width * 2];
    subtrees.push({ level, index: start / width });
    start += width;
  }
  return subtrees;
}

function checkFrontier(size: number, frontier: Frontier): void {
  const fits = Number.isSafeInteger(size) && size >= 0 && frontier.length === setBits(size);
  if (fits && frontier.every((hash) => hash.length === HASH_BYTES)) return;
  throw new HoldfastError(
    'integrity_failed',
    `The stored head of the log does not fit its size of ${size} leaves, so nothing was appended. Rebuild the head from the stored nodes and compare it with the last checkpoint.`,
  );
}

function setBits(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
