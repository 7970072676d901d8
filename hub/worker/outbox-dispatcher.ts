import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type pg from 'pg';
import {
  deleteOutbox,
  lockOutbox,
  postponeOutbox,
  type OutboxMessage,
} from '../../recorder-core/records/outbox.ts';

/** Starts whatever a message asks for; the start must be harmless when it happens twice. */
export type StartWork = (message: OutboxMessage) => Promise<void>;

export interface OutboxDispatcherOptions {
  /** Pool of the dispatcher's role. */
  readonly pool: pg.Pool;
  readonly start: StartWork;
  /** What became of a message, told once that is committed. */
  readonly onDispatched: (message: OutboxMessage, error?: unknown) => void;
  /** The database went away; the dispatcher goes on by itself. */
  readonly onFault: (error: unknown) => void;
}

/** A message of a batch, and why its work could not be started, if so. */
interface DispatchResult {
  readonly message: OutboxMessage;
  readonly error?: unknown;
}

const BATCH = 50;
/**
 * How often an empty outbox is looked at. It is not announced: a transaction that notifies commits under one lock of the whole
 * database, and every recording has one.
 */
const POLL_MS = 200;

/**
 * Moves messages from the outbox to Temporal. A message is deleted in the
 * transaction that started its work, so a crash in between starts it again
 * under the same workflow id, which changes nothing. Several may run at once.
 */
export class OutboxDispatcher {
  readonly #options: OutboxDispatcherOptions;
  #wake: () => void = () => undefined;
  #closed = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: OutboxDispatcherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the batch in hand and stops. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        const results = await this.#dispatchBatch();
        for (const { message, error } of results) this.#options.onDispatched(message, error);
        if (results.length > 0) continue;
      } catch (error) {
        this.#options.onFault(error);
      }
      await this.#idle();
    }
  }

  async #dispatchBatch(): Promise<DispatchResult[]> {
    const client = await this.#options.pool.connect();
    client.on('error', ignore);
    try {
      await client.query('begin');
      const messages = await lockOutbox(client, BATCH);
      const results: DispatchResult[] = [];
      for (const message of messages) results.push(await this.#dispatchOne(client, message));
      await client.query('commit');
      client.off('error', ignore);
      client.release();
      return results;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  async #dispatchOne(client: pg.PoolClient, message: OutboxMessage): Promise<DispatchResult> {
    try {
      await this.#options.start(message);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
        await postponeOutbox(client, message, codeOf(error));
        return { message, error };
      }
    }
    await deleteOutbox(client, message);
    return { message };
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#closed) this.#wake();
    });
  }
}

/** A connection that breaks while Temporal is waited for fails at its next statement; unheard, the event would end the process. */
function ignore(): void {}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : 'internal';
}
