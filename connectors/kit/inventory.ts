/** What the remote side holds, told whole: with it a connection is held against the source. */

/** One recording as the remote side holds it now. */
export interface InventoryItem {
  readonly id: string;
  readonly revision: number;
  readonly held: boolean;
}

/**
 * Everything the remote side holds of the tenant, each recording once, in pages, **in ascending order of the ids** across
 * all pages, so that two lists of any length can be compared in constant memory. What was deleted is left out.
 */
export type Inventory = AsyncIterable<readonly InventoryItem[]>;
