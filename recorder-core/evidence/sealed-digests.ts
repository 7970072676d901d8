import { z } from 'zod';
import { wholeLists } from '../ledger/continued-lists.ts';
import type { Leaf } from '../ledger/leaf.ts';
import type { Part } from '../records/parts.ts';
import { damaged } from './bundle-files.ts';
import type { EvidentLeaf } from './recording-leaves.ts';

/** How a leaf names a part that came into being: at capture (`recording.sealed`, `.recovered`) or from others (`.derived`). */
const sealedPart = z.object({
  id: z.string(),
  kind: z.string().optional(),
  sha256: z.string(),
  sha512: z.string(),
  ciphertextSha256: z.string(),
});
const sealedParts = z.array(sealedPart);
const derivation = z.array(z.object({ id: z.string(), sha256: z.string() }));

/** The digests of a part as the log has them. */
export interface SealedDigests extends z.infer<typeof sealedPart> {
  /** Ids of the parts it was made from; none for a part that was captured. */
  readonly derivedFrom: readonly string[];
}

const ACTS: readonly string[] = ['recording.sealed', 'recording.recovered', 'recording.derived'];

/** The digests that the log has of a recording's parts, by part. Pure. @throws HoldfastError `integrity_failed`. */
export function sealedDigests(leaves: readonly EvidentLeaf[]): Map<string, SealedDigests> {
  return new Map(
    wholeLists(leaves.map(({ leaf }) => leaf))
      .filter(({ act }) => ACTS.includes(act))
      .flatMap((leaf) => digestsOf(leaf).map((digests) => [digests.id, digests])),
  );
}

function digestsOf({ act, facts }: Leaf): SealedDigests[] {
  const parts = sealedParts.safeParse(facts?.['parts']);
  const from = derivation.safeParse(facts?.['from'] ?? []);
  if (!parts.success || !from.success)
    throw damaged('an entry of the log names digests in a form that is not known', `act ${act}`);
  const derivedFrom = from.data.map(({ id }) => id);
  return parts.data.map((part) => ({ ...part, derivedFrom }));
}

/** @throws HoldfastError `integrity_failed` where the row of a part says other than the log. */
export function requireSealed(part: Part, sealed: SealedDigests): void {
  const { sha256, sha512, ciphertextSha256 } = part;
  const same =
    (sealed.kind ?? part.kind) === part.kind &&
    sha256.toString('hex') === sealed.sha256 &&
    sha512.toString('hex') === sealed.sha512 &&
    ciphertextSha256.toString('hex') === sealed.ciphertextSha256;
  if (!same) throw damaged('the digests of a part are not those of the log', `part ${part.id}`);
}
