import type { InventoryItem } from '../../connectors/kit/inventory.ts';
import type { Finding } from '../../recorder-core/records/connection-comparisons.ts';
import type { ExpectedRecording } from '../../recorder-core/records/expected-recordings.ts';

/** What was found of one recording. */
export interface Found {
  readonly id: string;
  readonly finding: Finding;
}

/**
 * Goes through what is expected and what is there side by side, both in the order of the ids, and tells of every recording
 * what was found; a page of either side is all that is held. Of what neither side has nothing is told.
 * @throws Error where one of the two is out of order, because everything after would be told wrongly.
 */
export async function* joinInventories(
  expected: AsyncIterable<readonly ExpectedRecording[]>,
  there: AsyncIterable<readonly InventoryItem[]>,
): AsyncGenerator<Found> {
  const [left, right] = [inOrder(expected, 'the source'), inOrder(there, 'the remote side')];
  let [source, remote] = [await left.next(), await right.next()];
  while (source.done !== true || remote.done !== true) {
    const [a, b] = [
      source.done === true ? undefined : source.value,
      remote.done === true ? undefined : remote.value,
    ];
    const order = a === undefined ? 1 : b === undefined ? -1 : compareIds(a.id, b.id);
    const finding =
      order < 0 ? findingOf(a, undefined) : order > 0 ? findingOf(undefined, b) : findingOf(a, b);
    if (finding !== undefined) yield { id: (order > 0 ? b : a)?.id ?? '', finding };
    if (order <= 0) source = await left.next();
    if (order >= 0) remote = await right.next();
  }
}

function findingOf(
  expected: ExpectedRecording | undefined,
  there: InventoryItem | undefined,
): Finding | undefined {
  if (expected === undefined) return 'unknown';
  if (there === undefined) {
    if (!expected.wanted) return undefined;
    return expected.unsettled ? 'waiting' : 'missing';
  }
  if (expected.wanted && there.revision === expected.revision) return 'same';
  if (expected.unsettled) return 'waiting';
  if (!expected.wanted) return 'extra';
  return there.revision < expected.revision ? 'older' : 'newer';
}

/** The items one by one, each once. */
async function* inOrder<T extends { readonly id: string }>(
  pages: AsyncIterable<readonly T[]>,
  side: string,
): AsyncGenerator<T> {
  let before: string | undefined;
  for await (const page of pages)
    for (const item of page) {
      const order = before === undefined ? -1 : compareIds(before, item.id);
      if (order > 0) throw new Error(`${side} tells its recordings out of order`);
      if (order < 0) yield item;
      before = item.id;
    }
}

/** Ids are UUIDs: their text in lower case has the order of their bytes. */
function compareIds(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}
