import { HoldfastError } from '../errors.ts';
import type { RandomAccessSource } from '../vault/chunk-reader.ts';
import type { Database } from './database.ts';
import {
  answerEarlierEvictions,
  answerEvictions,
  endLease,
  renewLease,
  unansweredEvictions,
  type KeyLease,
} from './key-leases.ts';

/** A process that was not heard of for this long has let go of every key by itself. */
export const LEASE_MS = 15_000;
/** A lease with less than this left is renewed: a few times before it would end. */
const RENEW_BELOW_MS = 10_000;
/** A tenant whose keys nobody used for this long is no longer watched; no cache here keeps anything longer. */
const IDLE_MS = 120_000;

/** One part in use; `end` in a finally. */
export interface KeyUse {
  /** The ciphertext, which can be read only while the key may be used. */
  guard(source: RandomAccessSource): RandomAccessSource;
  /** @throws HoldfastError `gone` once the recording is being shredded, `unavailable` when the lease has run out. */
  check(): void;
  end(): void;
}

interface Use {
  readonly recordingId: string;
  /** Requests to let go that found it in use; it ends with its next read. */
  readonly evictedBy: Set<string>;
}

interface TenantUses {
  /** By this process's own clock, which the database's lease never undercuts. */
  validUntil: number;
  lastUsed: number;
  readonly uses: Set<Use>;
  /** Requests that were seen and are not answered yet: what begins after them cannot open what they are about. */
  readonly asked: Set<string>;
  /** Leases in hand are taken one after the other. */
  renewing: Promise<void> | undefined;
}

/**
 * The keys that this process has in memory, by tenant, under a lease in the database. Whoever destroys a key asks every
 * process with a lease to let go of it, and waits for its answer or for the end of its lease: a process that is cut off
 * from the database can open nothing any more by then, for the lease is checked with every read.
 */
export class KeyUses {
  readonly #db: Database;
  readonly #lease: KeyLease;
  readonly #clock: () => number;
  readonly #tenants = new Map<string, TenantUses>();
  readonly #listeners = new Set<(recordingId: string) => void>();

  /** `clock` is monotonic, in milliseconds. */
  constructor(db: Database, lease: KeyLease, clock: () => number) {
    this.#db = db;
    this.#lease = lease;
    this.#clock = clock;
  }

  /**
   * Calls `forget` with every recording whose keys are to be let go of; it must drop what it keeps and end what it does.
   * Answers how to stop listening.
   */
  onEviction(forget: (recordingId: string) => void): () => void {
    this.#listeners.add(forget);
    return () => this.#listeners.delete(forget);
  }

  /** Begins a use: to be called before the key is read. @throws HoldfastError `unavailable` where there is no lease to be had. */
  async begin(tenantId: string, recordingId: string): Promise<KeyUse> {
    const tenant = this.#tenants.get(tenantId) ?? {
      validUntil: -Infinity,
      lastUsed: 0,
      uses: new Set<Use>(),
      asked: new Set<string>(),
      renewing: undefined,
    };
    this.#tenants.set(tenantId, tenant);
    tenant.lastUsed = this.#clock();
    const use: Use = { recordingId, evictedBy: new Set() };
    tenant.uses.add(use);
    try {
      // Again where the lease was being given back at this moment.
      while (this.#clock() >= tenant.validUntil) await this.#renewOnce(tenantId, tenant);
    } catch (error) {
      tenant.uses.delete(use);
      throw error;
    }
    return this.#useOf(tenant, use);
  }

  /** Renews the leases and does what was asked; to be called every second or so. */
  async beat(): Promise<void> {
    for (const [tenantId, tenant] of [...this.#tenants]) {
      if (tenant.uses.size === 0 && this.#clock() - tenant.lastUsed > IDLE_MS) {
        await this.#giveBack(tenantId, tenant);
      } else {
        if (tenant.validUntil - this.#clock() < RENEW_BELOW_MS) await this.#renewOnce(tenantId, tenant);
        await this.#answer(tenantId, tenant);
      }
    }
  }

  /** Gives all leases back; call it when nothing is in use any more. */
  async close(): Promise<void> {
    for (const tenantId of this.#tenants.keys())
      await this.#db.forTenant(tenantId, (tx) => endLease(tx, this.#lease.processId));
    this.#tenants.clear();
  }

  /** Whoever begins a use meanwhile waits for it, and takes a new lease then. */
  async #giveBack(tenantId: string, tenant: TenantUses): Promise<void> {
    tenant.validUntil = -Infinity;
    const { processId } = this.#lease;
    tenant.renewing = this.#db
      .forTenant(tenantId, (tx) => endLease(tx, processId))
      .finally(() => {
        tenant.renewing = undefined;
      });
    await tenant.renewing;
    if (tenant.uses.size === 0) this.#tenants.delete(tenantId);
  }

  async #renewOnce(tenantId: string, tenant: TenantUses): Promise<void> {
    tenant.renewing ??= this.#renew(tenantId, tenant).finally(() => {
      tenant.renewing = undefined;
    });
    await tenant.renewing;
  }

  async #renew(tenantId: string, tenant: TenantUses): Promise<void> {
    const isFirst = tenant.validUntil === -Infinity;
    const asked = this.#clock(); // before the database's clock runs, so that this lease ends first
    await this.#db.forTenant(tenantId, async (tx) => {
      await renewLease(tx, tenantId, this.#lease, LEASE_MS);
      // Else what is left of a recording could not be read by a process that was started after a part of it went.
      if (isFirst) await answerEarlierEvictions(tx, tenantId, this.#lease.processId);
    });
    tenant.validUntil = asked + LEASE_MS;
  }

  async #answer(tenantId: string, tenant: TenantUses): Promise<void> {
    const { processId } = this.#lease;
    const asked = await this.#db.forTenant(tenantId, (tx) => unansweredEvictions(tx, processId));
    if (asked.length === 0) return;
    for (const { id, recordingId } of asked.filter((one) => !tenant.asked.has(one.id))) {
      tenant.asked.add(id);
      for (const use of tenant.uses) if (use.recordingId === recordingId) use.evictedBy.add(id);
      for (const forget of [...this.#listeners]) forget(recordingId);
    }
    // A use that has not ended yet ends with its next read; it is answered for with the next beat.
    const inUse = new Set([...tenant.uses].flatMap(({ evictedBy }) => [...evictedBy]));
    const gone = asked.filter(({ id }) => !inUse.has(id)).map(({ id }) => id);
    for (const id of gone) tenant.asked.delete(id);
    await this.#db.forTenant(tenantId, (tx) => answerEvictions(tx, tenantId, processId, gone));
  }

  #useOf(tenant: TenantUses, use: Use): KeyUse {
    const check = (): void => {
      if (use.evictedBy.size > 0) throw evicted();
      if (this.#clock() >= tenant.validUntil) throw leaseOver();
    };
    return {
      check,
      guard: (source) => ({
        size: source.size,
        async read(offset, length) {
          check();
          const bytes = await source.read(offset, length);
          check(); // asked meanwhile: what was read is not decrypted
          return bytes;
        },
      }),
      end() {
        tenant.uses.delete(use);
      },
    };
  }
}

function evicted(): HoldfastError {
  return new HoldfastError(
    'gone',
    'This recording, or a part of it, is being destroyed, so it is no longer read. Open it again: what is left of it can be played.',
  );
}

function leaseOver(): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'The database has not been reached for a while, so it is not known whether this may still be opened. Try again in a moment.',
    { retryAfterMs: 2000 },
  );
}
