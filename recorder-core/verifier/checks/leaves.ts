/** Entries of the log, each proven; and on the way whether any was left out, who they concern, and their times. */
import type { Opening } from '../../ledger/commitment.ts';
import { openCommitment } from '../../ledger/commitment.ts';
import type { Leaf } from '../../ledger/leaf.ts';
import { parseLeaf } from '../../ledger/leaf.ts';
import { verifyInclusion } from '../../ledger/proofs.ts';
import { quoted, refused } from '../refused.ts';
import type { Of } from '../shape.ts';
import { base64, count, list, object, text } from '../shape.ts';
import type { SignedPoint } from './history.ts';

/** Members of a proven entry, as lines and the seal have them. */
export const LEAF_MEMBERS = {
  index: count(),
  leaf: text(/^[^]{1,65535}$/),
  openings: list(object({ name: text(), salt: base64(32), value: text(/^[^]*$/) }), 100),
  proof: list(base64(32), 64),
};

const leafLine = object(LEAF_MEMBERS);

/** An entry with its proof, as it is presented. */
export type PresentedLeaf = Of<typeof leafLine>;

/** An entry that stands in the log under a checkpoint. */
export interface ProvenLeaf {
  readonly index: number;
  readonly leaf: Leaf;
  readonly bytes: Buffer;
  readonly openings: readonly Opening[];
}

/** A line of `ledger/leaves.jsonl`, of its form. @throws integrity_failed. */
export function readLeafLine(value: unknown, where: string): PresentedLeaf {
  return leafLine(value, where);
}

/** Proves one entry under a checkpoint of its log. @throws integrity_failed. */
export function proveLeaf(presented: PresentedLeaf, { size, root }: SignedPoint, tenant: string): ProvenLeaf {
  const { index, proof, openings } = presented;
  const bytes = Buffer.from(presented.leaf, 'utf8');
  if (!verifyInclusion(bytes, index, size, proof, root))
    throw refused(
      `The entry shown as number ${index} is not number ${index} of the log of ${size} entries: it was changed, moved, or never entered.`,
    );
  const leaf = parseLeaf(bytes);
  if (leaf.tenant !== tenant)
    throw refused(`Entry ${index} speaks of another tenant than the log it stands in.`);
  return { index, leaf, bytes, openings };
}

/** The first opening that does not open what the entry commits to, in words. */
export function openingFault({ index, leaf, openings }: ProvenLeaf): string | undefined {
  const names = openings.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return `Entry ${index} names ${quoted(twice)} twice.`;
  const wrong = openings.find((opening) => !openCommitment(leaf.commitments, opening));
  if (wrong === undefined) return undefined;
  return `The ${quoted(wrong.name)} named with entry ${index} is not the one the entry was made for: somebody put in another.`;
}
