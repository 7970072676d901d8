/** Which holds are listed, as it stands in the URL. */
import type { Hold } from '../../../hub/api/schemas/hold.ts';

/** `active` is what the page opens with and is not written to the URL. */
export type HoldsShown = 'active' | 'released' | 'all';

/** The choice as the URL carries it. */
export interface HoldsSearch {
  readonly show?: 'released' | 'all';
}

/** Reads the choice from the URL; anything unknown means active holds. */
export function parseHoldsSearch(raw: Readonly<Record<string, unknown>>): HoldsSearch {
  return raw['show'] === 'released' || raw['show'] === 'all' ? { show: raw['show'] } : {};
}

/** Whether a hold still prevents disposal. */
export function isActive(hold: Pick<Hold, 'releasedAt'>): boolean {
  return hold.releasedAt === null;
}

/** The holds to show, newest first. */
export function shownHolds(holds: readonly Hold[], shown: HoldsShown): Hold[] {
  return holds
    .filter((hold) => shown === 'all' || isActive(hold) === (shown === 'active'))
    .sort((a, b) => b.placedAt.localeCompare(a.placedAt));
}
