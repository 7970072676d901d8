import type { HoldableRecording, HoldQuery } from '../../recorder-core/policy/hold-query.ts';
import type { ItemRequest, RetentionItem } from '../../recorder-core/policy/retention-item.ts';

/** A recording of the house. */
export interface Item {
  readonly id: string;
  readonly recording: HoldableRecording;
  readonly jurisdictions: readonly string[];
  readonly triggers: { -readonly [T in keyof RetentionItem['triggers']]: RetentionItem['triggers'][T] };
  state: 'retained' | 'claimed' | 'buried' | 'disposed' | 'certified';
  /** The latest date that was promised. */
  retainUntil: string | null;
  /** The latest floor that was promised; no erasure brings it forward. */
  keptFor: string | null;
  keys: 'alive' | 'gone';
  /** The root under which its keys are wrapped. */
  root: number;
}

/** A hold, by query or by item. */
export interface Hold {
  readonly id: string;
  readonly query: HoldQuery | null;
  readonly itemIds: readonly string[];
  readonly placedMs: number;
  releasedMs: number | null;
  /** The ids of what was there when it was placed; only a planted fault looks at it. */
  readonly known: readonly string[];
}

/** A request about one item; an export being made is one as well. */
export interface Request {
  readonly id: string;
  readonly kind: ItemRequest['kind'];
  readonly itemId: string;
  state: ItemRequest['state'];
}

/** Whether a hold reaches an item, by the matcher given. */
export function reached(
  hold: Hold,
  item: Item,
  matches: (query: HoldQuery, recording: HoldableRecording) => boolean,
): boolean {
  return hold.itemIds.includes(item.id) || (hold.query !== null && matches(hold.query, item.recording));
}
