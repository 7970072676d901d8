/** One pass over `ledger/leaves.jsonl`: every entry proven, and handed to the checks that follow entries. */
import { readLines } from '../container/read-content.ts';
import { LEAVES_PATH, parseCanonicalOf, type Manifest } from '../manifest.ts';
import { quoted, refused } from '../refused.ts';
import type { Passed } from '../report.ts';
import { Chain } from './chains.ts';
import { Clock } from './clock.ts';
import type { ReadContainer } from './container.ts';
import type { SignedPoint } from './history.ts';
import { openingFault, proveLeaf, readLeafLine, type ProvenLeaf } from './leaves.ts';
import { Story } from './story.ts';
import type { DatedPoint } from './time.ts';

/** The longest line: a leaf of 64 KiB, escaped, with as much again of what opens it. */
const MAX_LINE_BYTES = 1024 * 1024;

/** What the entries gave. Faults of one kind do not hide those of another; only what is not proven is not followed. */
export interface ReadLeaves {
  readonly count: number;
  readonly opened: number;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly stories: ReadonlyMap<string, Story>;
  /** Entries without a time from outside before them. */
  readonly unbounded: number;
  readonly faults: Readonly<Faults>;
}

type Faults = Partial<Record<'chains' | 'openings' | 'clock' | 'parts', Error>>;

/** @throws integrity_failed for the first entry that is not proven. */
export async function checkLeaves(
  { container, digests }: ReadContainer,
  manifest: Manifest,
  head: SignedPoint,
  points: readonly DatedPoint[],
): Promise<Passed<ReadLeaves>> {
  const found = digests.get(LEAVES_PATH);
  if (found === undefined)
    throw refused(`The bundle has no ${LEAVES_PATH}, so nothing about its recordings is proven.`);
  const tenant = manifest.origin.slice('holdfast/tenant/'.length);
  const followed = new Followed(manifest, points);
  let last = -1;
  for await (const line of readLines(container, found.entry, MAX_LINE_BYTES)) {
    const where = `line ${followed.count + 1} of ${LEAVES_PATH}`;
    const proven = proveLeaf(readLeafLine(parseCanonicalOf(line, where), where), head, tenant);
    if (proven.index <= last)
      throw refused(`Entry ${proven.index} follows entry ${last}: an entry is shown twice or out of order.`);
    last = proven.index;
    followed.add(proven);
  }
  return {
    statement: `${followed.count} entries each stand at their place in the log of ${head.size} entries.`,
    value: followed.end(),
  };
}

class Followed {
  readonly #recordings: ReadonlyMap<string, { readonly chain: Chain; readonly story: Story }>;
  readonly #clock: Clock;
  readonly #faults: Faults = {};
  #opened = 0;
  count = 0;

  constructor({ recordings }: Manifest, points: readonly DatedPoint[]) {
    this.#recordings = new Map(recordings.map(({ id }) => [id, { chain: new Chain(), story: new Story() }]));
    this.#clock = new Clock(points);
  }

  /** @throws integrity_failed for an entry about something that is not in the bundle. */
  add(proven: ProvenLeaf): void {
    const { index, leaf } = proven;
    const { type, id } = leaf.object;
    const recording = this.#recordings.get(id);
    if (type !== 'recording' || recording === undefined)
      throw refused(`Entry ${index} is about the ${type} ${quoted(id)}, which is not in the bundle.`);
    this.count += 1;
    this.#opened += proven.openings.length;
    this.#follow('chains', () => recording.chain.add(proven));
    this.#follow('clock', () => this.#clock.add(proven));
    this.#follow('parts', () => recording.story.add(proven));
    this.#follow('openings', () => {
      const fault = openingFault(proven);
      if (fault !== undefined) throw refused(fault);
    });
  }

  end(): ReadLeaves {
    const recordings = [...this.#recordings];
    return {
      count: this.count,
      opened: this.#opened,
      chains: new Map(recordings.map(([id, { chain }]) => [id, chain])),
      stories: new Map(recordings.map(([id, { story }]) => [id, story])),
      unbounded: this.#clock.unbounded,
      faults: this.#faults,
    };
  }

  /**
   * Only the first fault of a kind is kept, whatever it is; after it that kind is not followed any more. Its check
   * throws it: a refusal is reported there, and anything else ends the verification.
   */
  #follow(kind: keyof Faults, act: () => void): void {
    if (this.#faults[kind] !== undefined) return;
    try {
      act();
    } catch (error) {
      this.#faults[kind] = error as Error;
    }
  }
}
