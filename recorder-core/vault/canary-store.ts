/**
 * What a probe needs of a store below its port: single versions of canaries, small objects that are no recordings,
 * stand outside every key, and are tried in ways in which the product never treats an object.
 */
import type { LockMode, LockState } from './object-lock.ts';

/** One version of a canary. */
export interface Canary {
  readonly name: string;
  readonly versionId: string | undefined;
}

/** A canary that is left in the store, and when it was written by the store's clock. */
export interface StoredCanary extends Canary {
  readonly writtenAt: Date;
}

/** A lock that a canary is written with. */
export interface CanaryLock {
  readonly retainUntil?: Date;
  readonly legalHold?: boolean;
}

/** What became of an attempt that a store should refuse. 400 and 403 are both refusals; any other fault is thrown. */
export type Attempt = 'done' | 'refused';

/** Raw acts on canaries. Errors: `unavailable`, `timeout`; nothing is asked twice that was refused. */
export interface CanaryStore {
  /** The mode that locks are to have; undefined where the store's lock is not to be used. */
  readonly mode: LockMode | undefined;
  /** The store's own time, which its locks go by. */
  clock(): Promise<Date>;
  /** Writes a new canary, or a new version where the name is taken. */
  write(id: string, content: string, lock?: CanaryLock): Promise<Canary>;
  /** Creates one under a name that is taken, as `put` does: whole, and in parts. */
  createAgain(canary: Canary, how: 'whole' | 'in-parts'): Promise<Attempt>;
  /** Writes a canary with the SHA-256 of other content. */
  writeWithWrongDigest(id: string): Promise<Attempt>;
  /** The SHA-256 in base64 that the store keeps with a canary; undefined where it keeps none. */
  digestOf(canary: Canary): Promise<string | undefined>;
  /** Deletes the version: plainly, with the right to pass by a governance lock, or in a list of deletions. */
  remove(canary: Canary, how: 'plain' | 'bypassing' | 'batch'): Promise<Attempt>;
  /** Gives the version another lock date or the weaker mode. */
  relock(canary: Canary, until: Date, mode: LockMode): Promise<Attempt>;
  setLegalHold(canary: Canary, on: boolean): Promise<void>;
  lockOf(canary: Canary): Promise<LockState | undefined>;
  /** The content of that very version; undefined when it is gone. */
  read(canary: Canary): Promise<string | undefined>;
  /** Every version of every canary that is left, of this probe and of earlier ones. */
  list(): AsyncIterable<StoredCanary>;
}
