import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { listPendingTenants, sequenceTenant } from '../../recorder-core/records/sequence-leaves.ts';

export interface LedgerSequencerOptions {
  readonly db: Database;
  /** Pool of the dispatcher's role, which sees whose leaves wait. */
  readonly pool: pg.Pool;
  /** Leaves of one tenant got their places. */
  readonly onPlaced: (leaves: number) => void;
  /** The leaves of a tenant, or of all where none is named, could not be placed now; they wait and are tried again. */
  readonly onFault: (error: unknown, tenantId?: string) => void;
}

/** How long a leaf waits at most while all is well. A notification would make every act wait for one lock at its commit. */
const POLL_MS = 250;
/** After a fault, as of a connection that broke. */
const RETRY_MS = 1_000;
/** A tenant whose log refuses leaves is left alone for so long, so that it costs the others nothing. */
const REST_MS = 30_000;

/**
 * Gives leaves their place in the log soon after their act. Several may run, here and elsewhere; killed at any moment
 * they leave nothing half done. Reading the log does not depend on it: readers place what they must see themselves.
 */
export class LedgerSequencer {
  readonly #options: LedgerSequencerOptions;
  readonly #resting = new Map<string, number>();
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: LedgerSequencerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the batch in hand and stops. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      let rest = POLL_MS;
      try {
        for (const tenantId of await listPendingTenants(this.#options.pool)) await this.#place(tenantId);
      } catch (error) {
        this.#options.onFault(error);
        rest = RETRY_MS;
      }
      await pause(rest, this.#closing.signal);
    }
  }

  async #place(tenantId: string): Promise<void> {
    if (this.#closing.signal.aborted || performance.now() < (this.#resting.get(tenantId) ?? 0)) return;
    try {
      const placed = await sequenceTenant(this.#options.db, tenantId);
      this.#resting.delete(tenantId);
      if (placed > 0) this.#options.onPlaced(placed);
    } catch (error) {
      const refused = isHoldfastError(error) && error.code === 'integrity_failed';
      this.#resting.set(tenantId, performance.now() + (refused ? REST_MS : RETRY_MS));
      this.#options.onFault(error, tenantId);
    }
  }
}

/** Waits, unless it is told to end. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
