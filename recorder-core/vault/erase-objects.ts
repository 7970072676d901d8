import type { ObjectStore, StoredVersion } from './object-store.ts';

/** What an erasure did, and what a lock of the store keeps in spite of it. */
export interface Erasure {
  /** Keys of which nothing is left. */
  readonly deleted: number;
  /** What is still there; each says until when the store keeps it, or that a legal hold does. */
  readonly remaining: readonly StoredVersion[];
}

/**
 * Removes every version of every object whose key begins with `prefix`, also those that a deletion marker hides, and
 * reads back what is left. Idempotent; run again when the date of a lock has passed, it finishes.
 */
export async function eraseObjects(store: ObjectStore, prefix: string): Promise<Erasure> {
  const keys = new Set<string>();
  for await (const { key } of store.remainingVersions(prefix)) keys.add(key);
  let deleted = 0;
  for (const key of keys) if ((await store.delete(key)) === 'deleted') deleted += 1;
  return { deleted, remaining: await Array.fromAsync(store.remainingVersions(prefix)) };
}
