import type { ObjectStore } from '../../recorder-core/vault/object-store.ts';

/** A store that does what `store` does, but for what is changed: how a test puts a fault into one step. */
export function changedObjectStore(store: ObjectStore, change: Partial<ObjectStore>): ObjectStore {
  return {
    put: (...args) => store.put(...args),
    open: (...args) => store.open(...args),
    head: (...args) => store.head(...args),
    delete: (...args) => store.delete(...args),
    list: (...args) => store.list(...args),
    remainingVersions: (...args) => store.remainingVersions(...args),
    removeAbandoned: (...args) => store.removeAbandoned(...args),
    lock: store.lock,
    canaries: store.canaries,
    place: store.place,
    ...change,
  };
}
