import type { Database } from '../../recorder-core/records/database.ts';
import type { ObjectStore, OpenObject } from '../../recorder-core/vault/object-store.ts';
import { changedObjectStore } from './changed-object-store.ts';

/** Where a process dies: at its n-th step, with the step undone, or done and nobody told. */
export interface Death {
  readonly at: number;
  readonly committed: boolean;
}

/** The process is dead. */
export class ProcessDied extends Error {}

/**
 * Database and object store as a process has them that can die: at a transaction (rolled back, or committed and nobody told), or at a
 * call of the store (not made, or made and nobody told). A dead process does nothing any more until it is begun anew.
 */
export class MortalProcess {
  readonly db: Database;
  #dies: Death | undefined;
  #seen = 0;

  constructor(db: Database) {
    this.db = {
      ...db,
      forTenant: (tenantId, work) =>
        this.#step((dying) =>
          db.forTenant(tenantId, async (tx) => {
            const answer = await work(tx);
            if (dying) throw new ProcessDied();
            return answer;
          }),
        ),
    };
  }

  /** Begins it, to die there, or to live. */
  begin(death?: Death): void {
    this.#dies = death;
    this.#seen = 0;
  }

  /** Whether it has died since it was begun. */
  get died(): boolean {
    return this.#dies !== undefined && this.#seen >= this.#dies.at;
  }

  /** The store as this process has it. */
  store(objects: ObjectStore): ObjectStore {
    const step = <T>(call: () => Promise<T>): Promise<T> =>
      this.#step((dying) => (dying ? Promise.reject(new ProcessDied()) : call()));
    return changedObjectStore(objects, {
      put: (...args) => step(() => objects.put(...args)),
      open: async (...args) => {
        let opened: OpenObject | undefined;
        try {
          return await step(async () => (opened = await objects.open(...args)));
        } catch (error) {
          await opened?.close(); // as the system does for a process that has died
          throw error;
        }
      },
      delete: (...args) => step(() => objects.delete(...args)),
    });
  }

  /** `work` is told whether it is to be undone by the death. */
  async #step<T>(work: (dying: boolean) => Promise<T>): Promise<T> {
    const dies = this.#dies;
    if (dies === undefined) return work(false);
    this.#seen += 1;
    const turn = this.#seen;
    if (turn > dies.at) throw new ProcessDied();
    const answer = await work(turn === dies.at && !dies.committed);
    // Others may have brought it to its death meanwhile: then nobody is told of this either.
    if (this.#seen >= dies.at) throw new ProcessDied();
    return answer;
  }
}
