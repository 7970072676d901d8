import { referenceDecision, referenceAddPeriod } from '../../recorder-core/policy/second-evaluator.ts';
import type { House } from './house.ts';
import type { Hold, Item } from './things.ts';

/** The latest dates that were ever promised of an item, in ms; 0 where none was. */
export interface PromisedDates {
  readonly retainUntil: number;
  readonly keptFor: number;
}

/** The oracle's own matcher: the queries of this model state classes and nothing else. */
function reaches(hold: Hold, item: Item): boolean {
  const wanted = hold.query?.classes ?? [];
  return hold.itemIds.includes(item.id) || item.recording.classes.some((name) => wanted.includes(name));
}

/**
 * What was wrong with a destruction at this moment, judged by the second evaluator and from the history alone; undefined
 * where it was right. `promised` are the latest dates that were ever given for the item.
 */
export function wrongOfDestruction(house: House, item: Item, promised: PromisedDates): string | undefined {
  const holds = house.holds.filter((hold) => reaches(hold, item));
  if (holds.some(({ releasedMs }) => releasedMs === null)) return 'destroyed under a hold';
  const { pack } = house;
  const { period, zone } = pack.defaults.holdReleaseGrace;
  const inGrace = holds.some(
    ({ releasedMs }) => house.nowMs < referenceAddPeriod(releasedMs ?? 0, period, zone),
  );
  if (inGrace) return 'destroyed within the grace of a released hold';
  const asked = house.requests.filter(({ itemId }) => itemId === item.id);
  const pending = asked.some(
    ({ kind, state }) => kind !== 'erasure' && state !== 'refused' && state !== 'fulfilled',
  );
  if (pending) return 'destroyed while its evidence was asked for';
  const erasure = asked.some(({ kind, state }) => kind === 'erasure' && state === 'approved');
  if (house.nowMs < promised.keptFor) return 'destroyed before a floor that was promised';
  if (!erasure && house.nowMs < promised.retainUntil) return 'destroyed before a date that was promised';
  const facts = {
    ...house.factsOf(item),
    holds: holds.map(({ id, releasedMs }) => ({
      id,
      kind: 'legal',
      releasedAt: releasedMs === null ? null : new Date(releasedMs).toISOString(),
    })),
    requests: asked.map(({ kind, state }) => ({ kind, state })),
  };
  const { decision } = referenceDecision(facts, house.at, pack);
  return decision === 'DISPOSE' ? undefined : `destroyed although the rules say ${decision}`;
}

/** What is wrong with an item that nothing was just done to; undefined where nothing is. */
export function wrongOfItem(house: House, item: Item): string | undefined {
  if (item.state === 'certified' && item.keys !== 'gone') return 'certified, and its keys are alive';
  if (item.keys === 'alive' && house.journal.has(item.id) && item.state !== 'buried')
    return 'its tombstone stands, and its keys are alive';
  if (item.keys === 'alive' && house.deadRoots.has(item.root)) return 'alive under a root that is gone';
  return undefined;
}
