import { open, type FileHandle } from 'node:fs/promises';
import { describeStorageError } from '../vault/durable-file.ts';
import { ChunkEncryptor } from '../vault/chunk-encryptor.ts';

/**
 * Writes one part, encrypted chunk by chunk, as its plaintext comes. Never
 * blocks the caller: chunks queue for the disk in order. When the disk refuses,
 * the part stops where it is, `onFault` is told once, and what was written stays
 * valid up to its last whole chunk.
 */
export class PartWriter {
  readonly #file: FileHandle;
  readonly #encryptor: ChunkEncryptor;
  readonly #onFault: (error: unknown) => void;
  #tail: Promise<void> = Promise.resolve();
  #faulted = false;

  private constructor(file: FileHandle, encryptor: ChunkEncryptor, onFault: (error: unknown) => void) {
    this.#file = file;
    this.#encryptor = encryptor;
    this.#onFault = onFault;
  }

  /** Makes the file with its header, before any media is taken. */
  static async create(
    path: string,
    key: Buffer,
    context: Buffer,
    onFault: (error: unknown) => void,
  ): Promise<PartWriter> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'wx', 0o600);
      const encryptor = new ChunkEncryptor(key, context);
      await file.appendFile(encryptor.header());
      return new PartWriter(file, encryptor, onFault);
    } catch (error) {
      await file?.close();
      throw describeStorageError(error);
    }
  }

  /** Plaintext bytes that a crash would lose now. */
  get pendingBytes(): number {
    return this.#encryptor.pendingBytes;
  }

  write(plaintext: Uint8Array): void {
    if (this.#faulted) return;
    for (const chunk of this.#encryptor.update(plaintext)) this.#append(chunk);
  }

  /** Writes the last chunk, flushes to the disk and closes; after a fault the last chunk is left out. */
  async close(): Promise<void> {
    if (!this.#faulted) this.#append(this.#encryptor.final());
    await this.#tail;
    try {
      await this.#file.sync();
    } catch (error) {
      this.#fault(error);
    } finally {
      await this.#file.close();
    }
  }

  #append(chunk: Buffer): void {
    this.#tail = this.#tail.then(async () => {
      if (this.#faulted) return;
      try {
        await this.#file.appendFile(chunk);
      } catch (error) {
        this.#fault(error);
      }
    });
  }

  #fault(error: unknown): void {
    if (this.#faulted) return;
    this.#faulted = true;
    this.#onFault(describeStorageError(error));
  }
}
