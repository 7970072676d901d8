import { parseLeaf, type Leaf } from '../../../../recorder-core/ledger/leaf.ts';
import { leafHash } from '../../../../recorder-core/ledger/merkle.ts';
import type { ProvenLeaf } from '../../../../recorder-core/records/checkpoints.ts';
import type { StoredLeaf } from '../../../../recorder-core/records/stored-leaves.ts';
import type { CustodyEntry } from '../../schemas/ledger.ts';

/** A leaf with its proof, as the API shows it. */
export function presentLeaf(stored: ProvenLeaf): CustodyEntry {
  const { index, at, act, body, proof, proven } = stored;
  const leaf = parseLeaf(body);
  return {
    index,
    at,
    act,
    outcome: leaf.outcome,
    actor: actorOf(leaf, stored),
    leaf: body.toString('utf8'),
    leafHash: leafHash(body).toString('base64'),
    proof: proof.map((hash) => hash.toString('base64')),
    proven,
  };
}

/** A leaf that commits to an actor was a person's act; without its opening nobody can say whose any more. */
export function actorOf(leaf: Leaf, { openings }: Pick<StoredLeaf, 'openings'>): CustodyEntry['actor'] {
  const named = ['actor', 'recipient'].find((name) => leaf.commitments?.[name] !== undefined);
  if (named === undefined) return { kind: 'product' };
  const opened = openings.find(({ name }) => name === named)?.value;
  return opened === undefined ? { kind: 'erased' } : { kind: 'person', name: opened };
}
