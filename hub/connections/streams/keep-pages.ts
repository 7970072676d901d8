import type { StreamRef } from '../../../activities/contract.ts';
import type { StreamCheckpoint, StreamItem } from '../../../connectors/kit/stream.ts';
import { moveCheckpoint } from '../../../recorder-core/records/connection-checkpoints.ts';
import type { StreamDependencies } from './stream-reader.ts';

type Event = Extract<StreamItem, { readonly kind: 'event' }>;

/** Kept at once where a connector gives many events before its next checkpoint: keeping them twice makes no second one. */
const PAGE = 500;

/** Somebody else moved the checkpoint: a person, or another worker. What they did stands. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** What is read, and from where. */
interface Reading {
  readonly items: AsyncIterable<StreamItem>;
  /** Revision of the checkpoint that reading began with. */
  readonly revision: number;
  /** Called with each item, so that nobody takes the work for dead. */
  readonly alive: () => void;
  /** Counts what was new. */
  readonly progress: { events: number };
}

/**
 * Keeps what a stream gives: the events before a checkpoint and the checkpoint in one transaction, so that a killed worker
 * leaves either both or neither. @throws Overtaken.
 */
export async function keepPages(
  deps: StreamDependencies,
  ref: StreamRef,
  { items, revision: first, alive, progress }: Reading,
): Promise<void> {
  let revision = first;
  let page: Event[] = [];
  // Kept and not yet counted in the row, which a checkpoint does.
  let uncounted: Event[] = [];
  for await (const item of items) {
    alive();
    if (item.kind === 'event' && page.push(item) < PAGE) continue;
    const to = item.kind === 'event' ? null : { revision, checkpoint: item.checkpoint, uncounted };
    const kept = await keepPage(deps, ref, page, to);
    progress.events += kept.length;
    uncounted = to === null ? [...uncounted, ...kept] : [];
    revision += to === null ? 0 : 1;
    page = [];
  }
  if (page.length > 0) progress.events += (await keepPage(deps, ref, page, null)).length;
}

/** @returns the events that were not known before. @throws Overtaken. */
async function keepPage(
  { db, keepEvent }: StreamDependencies,
  ref: StreamRef,
  page: readonly Event[],
  to: {
    readonly revision: number;
    readonly checkpoint: StreamCheckpoint;
    readonly uncounted: readonly Event[];
  } | null,
): Promise<Event[]> {
  return db.forTenant(ref.tenantId, async (tx) => {
    const kept: Event[] = [];
    for (const event of page) if (await keepEvent(tx, ref, event)) kept.push(event);
    if (to === null) return kept;
    const counted = [...to.uncounted, ...kept];
    const newest = Math.max(...counted.map(({ at }) => Date.parse(at)));
    const moved = await moveCheckpoint(tx, ref, to.revision, {
      checkpoint: to.checkpoint,
      events: counted.length,
      eventAt: counted.length === 0 ? null : new Date(newest),
    });
    if (moved) return kept;
    throw new Overtaken('The checkpoint was moved by somebody else.');
  });
}
