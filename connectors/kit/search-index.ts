/** The product's own search, lent to the connector that declares `needs: ['embedded-search']`. */
import type { InventoryItem } from './inventory.ts';
import type { RecordingDocument, RecordingWithdrawal } from './record.ts';

/** What an upsert did. `superseded`: a newer revision stands there and stays. */
export type IndexUpsertResult = 'created' | 'updated' | 'unchanged' | 'superseded';

/**
 * What a removal did. `held`: the indexed document is held and at least as new as the withdrawal.
 * `superseded`: a newer revision stands there, so the withdrawal is out of date.
 */
export type IndexRemoveResult = 'deleted' | 'absent' | 'held' | 'superseded';

/** What the index knows of one recording. */
export interface IndexedRecording {
  readonly revision: number;
  readonly held: boolean;
}

/**
 * The search index of one tenant; each call is one atomic step. Comparing revisions and looking at the
 * hold happens inside that step, so that two writers cannot pass each other.
 */
export interface SearchIndexPort {
  /** Version of this interface. */
  readonly version: 1;
  upsert(document: RecordingDocument): Promise<IndexUpsertResult>;
  remove(withdrawal: RecordingWithdrawal): Promise<IndexRemoveResult>;
  /** Undefined when the index does not hold the recording. */
  get(id: string): Promise<IndexedRecording | undefined>;
  /** Up to `limit` of what the index holds, in the order of the ids, after this one; from the first where null. */
  list(after: string | null, limit: number): Promise<InventoryItem[]>;
}
