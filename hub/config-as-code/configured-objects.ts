import type { ConfiguredKind } from '../../recorder-core/records/configuration-files.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { ReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import type { Asking } from '../identity/asking.ts';
import type { FieldChange } from './field-changes.ts';
import type { FileFault } from './file-faults.ts';

/** What a file can say of an object, without any part of a credential. Plain JSON. */
export type Content = Readonly<Record<string, unknown>>;

/** The name of what a tenant has once. */
export const ONLY_ONE = 'of the tenant';

/** On whose behalf a plan is carried out, in one transaction. */
export interface Applying {
  readonly tx: Tx;
  readonly asking: Asking;
  readonly keys: KeyProvider;
  /** Checks reshapes. */
  readonly reshape: ReshapePool;
  readonly why: string | undefined;
  /** What is to become of what a removed connection's remote system has. */
  readonly remains: 'withdraw' | 'keep';
}

/** What came of adding or changing an object; `shown` are the secrets that are shown this once, each with what it is for. */
export interface Done {
  readonly id: string;
  /** Null where its kind has none. */
  readonly version: number | null;
  readonly shown: readonly (readonly [string, string])[];
}

/** An object as it is. */
export interface CurrentObject {
  readonly id: string;
  readonly name: string;
  readonly content: Content;
  /** Null where its kind has none. */
  readonly version: number | null;
  /** Where it stands: `live`, `paused`, `draft`, `enabled`. No file says it, people move it. */
  readonly state: string;
  remove(applying: Applying): Promise<void>;
  /** As a file has it, with references in the place of secrets. */
  write(): Promise<Content>;
}

/** An object as a file wants it. Whatever holds a secret is behind `perform` and is never shown. */
export interface WantedObject {
  readonly content: Content;
  /** What differs from the object as it is; without values where they are secret. */
  readonly changes: readonly FieldChange[];
  /** Adds it, or changes it to what is wanted. */
  perform(applying: Applying): Promise<Done>;
}

/** Makes a fault at a field of the object's part of the file. */
export type FaultAt = (path: readonly (string | number)[], message: string) => FileFault;

/** What cannot be used, with its places. */
export interface Faulty {
  readonly faults: readonly FileFault[];
}

/** One kind of objects, for one plan in one transaction. */
export interface ConfiguredObjects<Wish, Current extends CurrentObject> {
  readonly kind: ConfiguredKind;
  /** All that a file can speak for. */
  current(): Promise<readonly Current[]>;
  /** Holds a wish against what there is: `current` is the object of its name, `all` what `current()` gave. Changes nothing. */
  want(
    wish: Wish,
    current: Current | undefined,
    fault: FaultAt,
    all: readonly Current[],
  ): Promise<WantedObject | Faulty>;
}
