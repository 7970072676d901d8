import type { Database } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';

/** What the door for events works with. */
export interface EventDoor {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly newId: (at: Date) => string;
  /** Whether a refusal becomes a leaf, and how many before it did not; undefined where it is only counted. */
  readonly allowRefusal: (
    key: string,
    at: Date,
  ) => { readonly unwritten: number; readonly last: boolean } | undefined;
}

/** Where a message was sent. */
export interface EventAddress {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** What the sender is told of a message that was kept. */
export interface KeptEvent {
  readonly id: string;
  /** It was kept before, and this changed nothing. */
  readonly duplicate: boolean;
}
