import type { Leaf } from '../ledger/leaf.ts';
import type { EvidentLeaf } from './recording-leaves.ts';

/**
 * The content of `custody.json`: what the leaves about one recording say, in words that need no program. It proves nothing by
 * itself; the leaves with the same indices in `ledger/leaves.jsonl` do. Pure.
 */
export function describeCustody(recordingId: string, ledgerSize: number, leaves: readonly EvidentLeaf[]) {
  return {
    format: 'holdfast-custody/1',
    recording: recordingId,
    ledgerSize,
    entries: leaves.map(({ index, leaf, openings }) => {
      const { at, act, outcome, rules = [], packDigest = null, digests = {}, facts = {} } = leaf;
      const persons = Object.fromEntries(openings.map(({ name, value }) => [name, value]));
      return {
        index,
        at,
        act,
        outcome,
        by: actorOf(leaf, persons['actor']),
        persons,
        rules,
        packDigest,
        digests,
        facts,
      };
    }),
  };
}

/** A leaf that commits to an actor was a person's act; without its opening nobody can say whose any more. */
function actorOf({ commitments }: Leaf, name: string | undefined): 'product' | 'person' | 'erased person' {
  if (commitments?.['actor'] === undefined) return 'product';
  return name === undefined ? 'erased person' : 'person';
}
