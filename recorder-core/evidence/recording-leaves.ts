import type { Opening } from '../ledger/commitment.ts';
import { parseLeaf, type Leaf, type LeafObject } from '../ledger/leaf.ts';
import { inclusionProof, verifyInclusion, type Proof } from '../ledger/proofs.ts';
import type { Tx } from '../records/database.ts';
import { nodeReader } from '../records/ledger-log.ts';
import { readLeavesWithProofs, type LeafWithProof } from '../records/proven-leaves.ts';
import { readStoredLeaves } from '../records/stored-leaves.ts';
import { damaged } from './bundle-files.ts';
import type { BundleCheckpoint } from './bundle-order.ts';

/** A leaf with all that proves it: its place under a checkpoint, and what opens its commitments. */
export interface EvidentLeaf {
  readonly index: number;
  readonly body: Buffer;
  readonly leaf: Leaf;
  readonly openings: readonly Opening[];
  readonly proof: Proof;
}

/**
 * All that the log of `head` says about one object, oldest first, each leaf checked against the root before it is used.
 * @throws HoldfastError `integrity_failed` where the database is not what was signed.
 */
export async function readLeavesOf(
  tx: Tx,
  { type, id }: LeafObject,
  head: Pick<BundleCheckpoint, 'size' | 'root'>,
): Promise<EvidentLeaf[]> {
  const leaves: EvidentLeaf[] = [];
  for await (const leaf of readLeavesWithProofs(tx, { type, ids: [id] }, head.size))
    leaves.push(checked(leaf, head));
  return leaves;
}

/** The leaves of these indices, ascending, checked in the same way. */
export async function readLeavesAt(
  tx: Tx,
  indices: readonly number[],
  head: Pick<BundleCheckpoint, 'size' | 'root'>,
): Promise<EvidentLeaf[]> {
  const stored = await readStoredLeaves(tx, 'where l.index = any ($1) order by l.index', [indices]);
  const readNode = nodeReader(tx);
  return Promise.all(
    stored.map(async (leaf) =>
      checked({ ...leaf, proof: await inclusionProof(leaf.index, head.size, readNode) }, head),
    ),
  );
}

function checked(
  { index, body, openings, proof }: LeafWithProof,
  { size, root }: Pick<BundleCheckpoint, 'size' | 'root'>,
): EvidentLeaf {
  if (!verifyInclusion(body, index, size, proof, root))
    throw damaged('an entry of the log is not what was signed', `leaf ${index}`);
  return { index, body, leaf: parseLeaf(body), openings, proof };
}

/** A line of `ledger/leaves.jsonl`, and the leaf of a seal. */
export function presentLeaf({ index, body, openings, proof }: EvidentLeaf) {
  return {
    index,
    leaf: body.toString('utf8'),
    openings: openings.map(({ name, salt, value }) => ({ name, salt: salt.toString('base64'), value })),
    proof: proof.map((hash) => hash.toString('base64')),
  };
}
