/** Whether the entries about each recording are all there: each counts itself and names the one before it. */
import { leafHash } from '../../ledger/merkle.ts';
import { refused } from '../refused.ts';
import type { ManifestRecording } from '../manifest.ts';
import type { ProvenLeaf } from './leaves.ts';

/** The chain of entries about one object, as far as it was seen. */
export class Chain {
  #length = 0;
  #last: string | null = null;
  #counted = false;

  get length(): number {
    return this.#length;
  }

  /** Whether the last entry counts itself; entries of schema 1 do not. */
  get counted(): boolean {
    return this.#counted;
  }

  /** Takes the next entry. @throws integrity_failed where one before it was left out or exchanged. */
  add({ index, leaf, bytes }: ProvenLeaf): void {
    const place = leaf.of;
    if (place === undefined && this.#counted)
      throw refused(
        `Entry ${index} about ${leaf.object.id} does not count itself although an earlier one does; no installation writes that.`,
      );
    if (place !== undefined && place.ordinal !== this.#length + 1)
      throw refused(
        `Entry ${index} is number ${place.ordinal} about ${leaf.object.id}, and ${this.#length} come before it here: entries were left out, doubled or entered out of order.`,
      );
    if (place !== undefined && place.previous !== this.#last)
      throw refused(
        `Entry ${index} about ${leaf.object.id} follows another entry than the one before it here: that one was exchanged.`,
      );
    this.#length += 1;
    this.#last = leafHash(bytes).toString('base64');
    this.#counted = place !== undefined;
  }
}

/** Whether the chains end where the manifest says. @throws integrity_failed. */
export function requireEnds(
  recordings: readonly ManifestRecording[],
  chains: ReadonlyMap<string, Chain>,
): void {
  for (const { id, leaves } of recordings) {
    const length = chains.get(id)?.length ?? 0;
    if (length !== leaves)
      throw refused(
        `There are ${length} entries about the recording ${id}, and the manifest says ${leaves}: ${length < leaves ? 'the last ones were left out' : 'some were added'}.`,
      );
  }
}
