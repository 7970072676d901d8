import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { isChangeTopic, type ChangeTopic } from './change-topics.ts';
import { inTime } from './in-time.ts';

/** The channel of `migrations/0054-changes-told.sql`. */
const CHANNEL = 'holdfast_changed';
/** How often the connection is asked whether it still lives; a cut network says nothing by itself. */
const PROBE_EVERY_MS = 10_000;

/** Whoever is told of the changes of one tenant. */
export interface ChangeListener {
  readonly onChange: (topic: ChangeTopic) => void;
  /** From now on nothing is told any more; whoever wants more listens anew. */
  readonly onLost: () => void;
}

export interface ChangeFeedOptions {
  /** Of which one connection is taken, when somebody listens for the first time. */
  readonly pool: pg.Pool;
  readonly onFault: (error: unknown) => void;
}

/**
 * What the database tells of changes, handed to those who listen, each their tenant's. It remembers when each topic changed last,
 * so that whoever was away for a moment learns what they missed; a position from before the connection was made, or of another
 * process, is not known, and then everything may have changed.
 */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  readonly #listeners = new Map<string, Set<ChangeListener>>();
  /** When a topic of a tenant changed last, by the key "tenant topic". */
  readonly #last = new Map<string, number>();
  #epoch = randomUUID();
  #count = 0;
  #client: pg.PoolClient | undefined;
  #opening: Promise<void> | undefined;
  #probe: NodeJS.Timeout | undefined;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** Where the feed is now: what changes later is after it. */
  get position(): string {
    return `${this.#epoch}-${String(this.#count)}`;
  }

  /** Begins to tell; answers what ends it. @throws HoldfastError `unavailable` where the database does not answer. */
  async listen(tenantId: string, listener: ChangeListener): Promise<() => void> {
    await this.#open();
    const listeners = this.#listeners.get(tenantId) ?? new Set();
    this.#listeners.set(tenantId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(tenantId) === listeners)
        this.#listeners.delete(tenantId);
    };
  }

  /** The topics of a tenant that changed after a position; undefined where that position is not known. */
  changedSince(tenantId: string, position: string): ChangeTopic[] | undefined {
    const [, epoch, count] = /^(.+)-(\d{1,15})$/.exec(position) ?? [];
    if (epoch !== this.#epoch || Number(count) > this.#count) return undefined;
    const changed: ChangeTopic[] = [];
    for (const [key, at] of this.#last) {
      const [tenant, topic = ''] = key.split(' ');
      if (tenant === tenantId && at > Number(count) && isChangeTopic(topic)) changed.push(topic);
    }
    return changed;
  }

  /** Tells everybody that nothing more comes, and gives the connection back. */
  close(): void {
    this.#lose();
  }

  #open(): Promise<void> {
    if (this.#client !== undefined) return Promise.resolve();
    this.#opening ??= this.#connect()
      .catch((cause: unknown) => {
        throw new HoldfastError(
          'unavailable',
          'The database does not tell of changes now, so this console asks for them again and again instead.',
          { cause, retryAfterMs: 5_000 },
        );
      })
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }

  async #connect(): Promise<void> {
    const client = await this.#options.pool.connect();
    client.on('notification', ({ payload = '' }) => {
      this.#take(payload);
    });
    client.on('error', (error) => {
      this.#fail(client, error);
    });
    try {
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#epoch = randomUUID();
    this.#count = 0;
    this.#last.clear();
    this.#client = client;
    this.#probe = setInterval(() => void this.#ask(client), PROBE_EVERY_MS).unref();
  }

  async #ask(client: pg.PoolClient): Promise<void> {
    await inTime(client.query(`select '${CHANNEL}'`), PROBE_EVERY_MS / 2).catch((error: unknown) => {
      this.#fail(client, error);
    });
  }

  #take(payload: string): void {
    const [tenantId = '', topic = ''] = payload.split(' ');
    if (!isChangeTopic(topic)) return;
    this.#count += 1;
    this.#last.set(payload, this.#count);
    for (const listener of this.#listeners.get(tenantId) ?? []) listener.onChange(topic);
  }

  #fail(client: pg.PoolClient, error: unknown): void {
    if (this.#client !== client) return;
    this.#options.onFault(error);
    this.#lose();
  }

  #lose(): void {
    clearInterval(this.#probe);
    const client = this.#client;
    const listeners = [...this.#listeners.values()].flatMap((each) => [...each]);
    this.#client = undefined;
    this.#listeners.clear();
    for (const { onLost } of listeners) onLost();
    client?.release(true);
  }
}
