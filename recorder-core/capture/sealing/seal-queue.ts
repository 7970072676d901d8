import type { Database } from '../../records/database.ts';
import { commitRecording, type CommitOptions } from './commit-recording.ts';
import type { SealedRecording } from './seal-recording.ts';
import type { Sealer } from './sealer.ts';
import { listUncommitted, markCommitted, removeSpoolFolder, spoolFolder } from '../spool-folder.ts';

export interface SealQueueOptions extends Omit<CommitOptions, 'trace'> {
  readonly spool: string;
  readonly db: Database;
  readonly sealer: Sealer;
  /** Sealed and in the database; `added` is false where an earlier attempt had committed it. */
  readonly onSealed: (sealed: SealedRecording, added: boolean) => void;
  /** The call broke off before anything was captured, or consent never permitted it; its folder is gone. */
  readonly onNothing: (recordingId: string) => void;
  /** Sealing failed and will be tried again after `delayMs`. */
  readonly onRetry: (recordingId: string, error: unknown, delayMs: number) => void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/**
 * Seals and commits ended sessions, one at a time, again and again until it
 * succeeds: a database that is away or a full disk delays a recording and never
 * loses it.
 */
export class SealQueue {
  readonly #options: SealQueueOptions;
  readonly #retries = new Set<NodeJS.Timeout>();
  #tail: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SealQueueOptions) {
    this.#options = options;
  }

  /** Queues what an earlier process left behind; answers how many. Call before the first call is taken. */
  async recover(): Promise<number> {
    const left = await listUncommitted(this.#options.spool);
    for (const recordingId of left) this.add(recordingId);
    return left.length;
  }

  /** Queues a recording whose session has ended. */
  add(recordingId: string, trace: Readonly<Record<string, string>> = {}, attempt = 0): void {
    if (this.#closed) return; // the next start finds it in the spool
    this.#tail = this.#tail.then(async () => {
      if (this.#closed) return;
      try {
        await this.#sealOne(recordingId, trace);
      } catch (error) {
        this.#later(recordingId, trace, attempt, error);
      }
    });
  }

  /** Resolves when nothing is being sealed; those that wait for a retry do not count. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  /** Finishes the one in hand and stops. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#retries) clearTimeout(timer);
    await this.#tail;
  }

  async #sealOne(recordingId: string, trace: Readonly<Record<string, string>>): Promise<void> {
    const { spool, sealer, db, newId, now, onSealed, onNothing } = this.#options;
    const folder = spoolFolder(spool, recordingId);
    const sealed = await sealer.seal(folder);
    if (sealed === undefined) {
      await removeSpoolFolder(spool, recordingId);
      onNothing(recordingId);
      return;
    }
    const added = await commitRecording(db, sealed, { newId, now, trace });
    if (sealed.facts.neverPermitted) {
      await removeSpoolFolder(spool, recordingId);
      onNothing(recordingId);
      return;
    }
    await markCommitted(folder);
    onSealed(sealed, added);
  }

  #later(
    recordingId: string,
    trace: Readonly<Record<string, string>>,
    attempt: number,
    error: unknown,
  ): void {
    const delayMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 16));
    this.#options.onRetry(recordingId, error, delayMs);
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      this.add(recordingId, trace, attempt + 1);
    }, delayMs);
    this.#retries.add(timer);
  }
}
