/** Locks of an object store: what keeps an object although somebody with the right to delete asks for it. */

/**
 * `governance`: people with a special permission of the store may lift the lock. `compliance`: nobody may, and the date
 * can only move away. (Amazon S3 User Guide, "Locking objects with Object Lock".)
 */
export type LockMode = 'governance' | 'compliance';

/** The lock of an object as the store tells it. */
export interface LockState {
  /** Null where no date keeps it. */
  readonly retainUntil: Date | null;
  readonly mode: LockMode | null;
  readonly legalHold: boolean;
}

/**
 * A store that can lock. Whether it keeps what it promises is not for this port to say: probe-object-lock.ts tries.
 * Errors: `not_found`, `unavailable`, `timeout`; `forbidden` where the store grants us no locking.
 */
export interface ObjectLock {
  /** The mode of every lock that `retainUntil` sets. */
  readonly mode: LockMode;
  /** Keeps the object until that instant at least: a later date that stands already stays. Idempotent. */
  retainUntil(key: string, until: Date): Promise<void>;
  /** Sets or clears the legal hold, which keeps the object without a date and beside one. Idempotent. */
  setLegalHold(key: string, on: boolean): Promise<void>;
  /** @throws not_found. */
  lockState(key: string): Promise<LockState>;
}
