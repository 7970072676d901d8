import { inclusionProof, type Proof } from '../ledger/proofs.ts';
import type { Tx } from './database.ts';
import { nodeReader } from './ledger-log.ts';
import { readStoredLeaves, type StoredLeaf } from './stored-leaves.ts';

/** A leaf with the path that proves it in the log of one size. Nothing is checked yet: that is the verifier's part. */
export interface LeafWithProof extends StoredLeaf {
  readonly proof: Proof;
}

const PAGE = 1_000;

/**
 * All leaves about many objects in the log of `size` leaves, in the order of their indices, each with its inclusion
 * path. Reads a thousand leaves at a time, with all nodes that their proofs need in one statement, so that 10,000
 * recordings take seconds and little memory. Leaves that wait for their place are not looked for: `size` is of a
 * checkpoint, which was signed after they were placed.
 * @throws HoldfastError `integrity_failed` where a node is missing.
 */
export async function* readLeavesWithProofs(
  tx: Tx,
  objects: { readonly type: string; readonly ids: readonly string[] },
  size: number,
): AsyncGenerator<LeafWithProof, void, undefined> {
  const { rows } = await tx.query<{ index: number }>(
    'select index from ledger_leaf where object_id = any ($1) and object_type = $2 and index < $3 order by index',
    [objects.ids, objects.type, size],
  );
  const readNode = nodeReader(tx);
  for (let at = 0; at < rows.length; at += PAGE) {
    const indices = rows.slice(at, at + PAGE).map(({ index }) => index);
    const leaves = await readStoredLeaves(tx, 'where l.index = any ($1) order by l.index', [indices]);
    const proofs = await Promise.all(leaves.map(({ index }) => inclusionProof(index, size, readNode)));
    for (const [i, leaf] of leaves.entries()) yield { ...leaf, proof: proofs[i] ?? [] };
  }
}
