/**
 * Lists that are longer than a leaf can be. The leaf of the act has the beginning and says in `facts.continued` what is
 * to come; leaves `entry.continued` about the same object, of the same transaction, have the rest. Leaves about the same
 * object by others may stand in between, so each says which act it continues and which one of them it is.
 */
import { HoldfastError } from '../errors.ts';
import { canonicalBytes, type JsonValue } from './canonical-json.ts';
import type { Leaf, LeafInput } from './leaf.ts';

/** What the items of a list take in one leaf, in bytes of canonical JSON; the rest of a leaf has a quarter of it. */
const RUN_BYTES = 48 * 1024;

type Facts = Readonly<Record<string, JsonValue>>;

/**
 * The leaves that say what `leaf` says, in their order: itself where its list `facts[list]` fits, else the first with
 * `facts.continued` (`list`; `items` in all; `leaves` that follow), and those that follow. Pure.
 */
export function splitList<L extends Pick<LeafInput, 'act' | 'at' | 'object' | 'outcome' | 'facts'>>(
  leaf: L,
  list: string,
): (L | Pick<LeafInput, 'act' | 'at' | 'object' | 'outcome' | 'facts'>)[] {
  const items = leaf.facts?.[list];
  if (!Array.isArray(items)) return [leaf];
  const [first = [], ...rest] = runsOf(items as readonly JsonValue[]);
  if (rest.length === 0) return [leaf];
  const { act, at, object, outcome } = leaf;
  const continued = { list, items: items.length, leaves: rest.length };
  return [
    { ...leaf, facts: { ...leaf.facts, [list]: first, continued } },
    ...rest.map((run, index) => ({
      at,
      act: 'entry.continued' as const,
      object,
      outcome,
      facts: { act, list, number: index + 1, [list]: run },
    })),
  ];
}

function runsOf(items: readonly JsonValue[]): JsonValue[][] {
  const runs: JsonValue[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = canonicalBytes(item).length + 1;
    const run = runs.at(-1);
    if (run === undefined || bytes > room) {
      runs.push([item]);
      room = RUN_BYTES - bytes;
    } else {
      run.push(item);
      room -= bytes;
    }
  }
  return runs;
}

/** A list of which the end has not come yet. */
interface OpenList {
  readonly first: Leaf;
  readonly list: string;
  readonly items: number;
  readonly leaves: number;
  readonly read: JsonValue[];
  /** How many of the leaves that follow have come. */
  followed: number;
}

/** Puts lists together again, from the leaves about one object in the order of the log. */
export class ContinuedLists {
  readonly #open = new Map<string, OpenList>();

  /**
   * Takes the next leaf. Answers it, or, where its list goes on, nothing until the last leaf of the list, and then the
   * leaf of the act with the whole list.
   * @throws integrity_failed where a leaf of a list is missing, stands twice or not in its place.
   */
  add(leaf: Leaf): Leaf | undefined {
    if (leaf.act === 'entry.continued') return this.#follow(leaf);
    const { continued } = leaf.facts ?? {};
    if (this.#open.has(leaf.act)) throw broken(leaf.act, 'it is entered again before its list has ended');
    if (continued === undefined) return leaf;
    this.#open.set(leaf.act, openList(leaf, continued));
    return undefined;
  }

  /** Call it after the last leaf. @throws integrity_failed where the end of a list has not come. */
  end(): void {
    const [act] = this.#open.keys();
    if (act !== undefined) throw broken(act, 'the end of its list is missing');
  }

  #follow({ facts = {} }: Leaf): Leaf | undefined {
    const act = String(facts['act']);
    const open = this.#open.get(act);
    if (open === undefined) throw broken(act, 'what continues its list follows on nothing');
    const run = facts[open.list];
    if (facts['list'] !== open.list || !Array.isArray(run) || facts['number'] !== open.followed + 1)
      throw broken(act, 'its list goes on with another leaf than the next');
    open.followed += 1;
    for (const item of run as readonly JsonValue[]) open.read.push(item);
    if (open.followed < open.leaves) return undefined;
    if (open.read.length !== open.items) throw broken(act, 'its list has another length than it says');
    this.#open.delete(act);
    const stated = Object.entries(open.first.facts ?? {}).filter(([name]) => name !== 'continued');
    return { ...open.first, facts: { ...Object.fromEntries(stated), [open.list]: open.read } };
  }
}

/** The leaves about one object with their lists whole, without those that only continue one. Errors as `ContinuedLists`. */
export function wholeLists(leaves: Iterable<Leaf>): Leaf[] {
  const lists = new ContinuedLists();
  const whole = [...leaves].flatMap((leaf) => lists.add(leaf) ?? []);
  lists.end();
  return whole;
}

function openList(first: Leaf, continued: JsonValue): OpenList {
  const { list, items, leaves, ...more } = Object(continued) as Facts;
  const begun = typeof list === 'string' ? first.facts?.[list] : undefined;
  if (
    typeof list !== 'string' ||
    !Array.isArray(begun) ||
    !isCount(items) ||
    !isCount(leaves) ||
    Object.keys(more).length > 0
  )
    throw broken(first.act, 'it does not say how its list goes on');
  return { first, list, items, leaves, read: [...(begun as readonly JsonValue[])], followed: 0 };
}

function isCount(value: JsonValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function broken(act: string, what: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `A long list of the ledger cannot be put together: of the act ${act}, ${what}. Entries were left out, repeated or moved; keep everything for an investigation.`,
  );
}
