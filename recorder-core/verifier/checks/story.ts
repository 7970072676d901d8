/** What the proven entries tell about one recording: its parts, what became of them, and the holds on it. */
import { ContinuedLists } from '../../ledger/continued-lists.ts';
import type { Leaf } from '../../ledger/leaf.ts';
import { MAX_ENTRIES } from '../container/zip-reader.ts';
import { refused } from '../refused.ts';
import type { Of } from '../shape.ts';
import { SHA256, SHA512, UUID, WORD, list, object, optional, text } from '../shape.ts';
import { cutFacts, type CutFacts } from './cut-parts.ts';
import type { ProvenLeaf } from './leaves.ts';

const origin = object({
  id: UUID,
  kind: optional(WORD),
  sha256: SHA256,
  sha512: SHA512,
  ciphertextSha256: SHA256,
});
/** No bundle has room for more parts. */
const origins = list(origin, MAX_ENTRIES);
const sources = list((value) => (value as { readonly id?: unknown } | null)?.id, MAX_ENTRIES);
const cutSources = list(object({ id: UUID, sha256: SHA256 }), MAX_ENTRIES);
const destroyed = list(UUID, MAX_ENTRIES);
const certified = optional(list(object({ id: UUID, kind: WORD, ciphertextSha256: SHA256 }), MAX_ENTRIES));
const label = text();

/** A part as the entry says by which it came into being. */
export interface PartOrigin extends Of<typeof origin> {
  readonly derivedFrom: readonly string[] | undefined;
  /** Set where it was made by cutting a span out of the one that it was made from. */
  readonly cut: CutFacts | undefined;
}

/** A hold that stood while something was destroyed. */
export interface BrokenHold {
  readonly holdId: string;
  readonly index: number;
  readonly at: string;
}

/** Follows the entries about one recording. */
export class Story {
  readonly parts = new Map<string, PartOrigin>();
  /** Parts whose keys were destroyed. */
  readonly destroyed = new Set<string>();
  /** Parts whose destruction is certified. */
  readonly certified = new Set<string>();
  readonly #lists = new ContinuedLists();
  readonly #tombstones = new Set<string>();
  readonly #holds = new Set<string>();
  #sealings = 0;
  #destructions = 0;
  #certificates = 0;
  brokenHold: BrokenHold | undefined;

  /** How often the recording was sealed; once, for one that was captured. */
  get sealings(): number {
    return this.#sealings;
  }

  /** Whether the log certifies that the recording was disposed of. */
  get isDisposed(): boolean {
    return this.#certificates > 0;
  }

  /** @throws integrity_failed where an entry does not say what entries of its kind say. */
  add(proven: ProvenLeaf): void {
    const { index, leaf } = proven;
    // At once, whatever of its list is still to come: else what enters in between would pass for earlier.
    if (leaf.act === 'keys.destroyed') {
      this.#requireTombstone(leaf.facts?.['tombstone'], index);
      this.#noteHold(leaf, index);
    }
    const whole = this.#lists.add(leaf);
    if (whole !== undefined) this.#take({ index, leaf: whole });
  }

  /** Call it after the last entry. @throws integrity_failed where an entry has a list of which the end did not come. */
  end(): void {
    this.#lists.end();
  }

  #take({ index, leaf }: Pick<ProvenLeaf, 'index' | 'leaf'>): void {
    const { act, facts = {} } = leaf;
    const where = `the facts of entry ${index}`;
    switch (act) {
      case 'recording.sealed':
      case 'recording.recovered':
        this.#sealings += 1;
        return this.#addParts(leaf, index, undefined);
      case 'recording.derived':
        this.#addParts(leaf, index, sources(facts['from'], where) as string[]);
        return this.#requireCutOf(leaf, index);
      case 'hold.placed':
        this.#holds.add(label(facts['holdId'], where));
        return;
      case 'hold.released':
        this.#holds.delete(label(facts['holdId'], where));
        return;
      case 'tombstone.written':
        this.#tombstones.add(label(facts['tombstone'], where));
        return;
      case 'keys.destroyed':
        this.#destructions += 1;
        for (const id of destroyed(facts['parts'], where)) this.destroyed.add(id);
        return;
      case 'objects.deleted':
        return this.#noteHold(leaf, index);
      case 'restore.replayed':
        return this.#replay(facts, where);
      case 'parts.certified':
        for (const id of destroyed(facts['parts'], where)) if (this.destroyed.has(id)) this.certified.add(id);
        return;
      case 'disposal.certified':
        return this.#certify(leaf, index);
      default:
        return;
    }
  }

  #addParts({ facts }: Leaf, index: number, derivedFrom: readonly string[] | undefined): void {
    for (const part of origins(facts?.['parts'], `the facts of entry ${index}`)) {
      if (this.parts.has(part.id))
        throw refused(`Entry ${index} gives the part ${part.id} digests a second time.`);
      this.parts.set(part.id, {
        ...part,
        derivedFrom,
        cut: cutFacts(facts?.['cut'], `the facts of entry ${index}`),
      });
    }
  }

  /** A span is cut out of one part, and that is the one that was sealed, or what an earlier cut has left of it. */
  #requireCutOf({ facts }: Leaf, index: number): void {
    if (facts?.['cut'] === undefined) return;
    const where = `the facts of entry ${index}`;
    const [from, ...others] = cutSources(facts['from'], where);
    if (from === undefined || others.length > 0 || this.parts.get(from.id)?.sha256 !== from.sha256)
      throw refused(`Entry ${index} cuts a span out of another content than the log knows.`);
  }

  /** A restored log lacks what was entered after its backup: the replay destroys anew, by the tombstone that it names. */
  #replay(facts: NonNullable<Leaf['facts']>, where: string): void {
    if (facts['tombstone'] === undefined) return;
    this.#tombstones.add(label(facts['tombstone'], where));
    this.#destructions += 1;
    for (const id of destroyed(facts['parts'] ?? [], where)) this.destroyed.add(id);
  }

  /** Older installations wrote no tombstones; whoever names one has written it before anything went. */
  #requireTombstone(tombstone: unknown, index: number): void {
    if (tombstone === undefined || this.#tombstones.has(String(tombstone))) return;
    throw refused(
      `Entry ${index} says that keys were destroyed under a tombstone that was not written before.`,
    );
  }

  /** A certificate is about all that was destroyed before it; one of an older installation names each part. */
  #certify({ facts }: Leaf, index: number): void {
    if (this.#destructions === 0)
      throw refused(
        `Entry ${index} certifies a destruction, and no entry before it says that anything was destroyed.`,
      );
    this.#requireTombstone(facts?.['tombstone'] ?? undefined, index);
    for (const { id, ciphertextSha256 } of certified(facts?.['parts'], `the facts of entry ${index}`) ?? []) {
      if (this.parts.get(id)?.ciphertextSha256 !== ciphertextSha256)
        throw refused(
          `The certificate of entry ${index} names another content for the part ${id} than its sealing.`,
        );
    }
    this.#certificates += 1;
    for (const id of this.destroyed) this.certified.add(id);
  }

  #noteHold({ at }: Leaf, index: number): void {
    const [holdId] = this.#holds;
    if (holdId !== undefined) this.brokenHold ??= { holdId, index, at };
  }
}
