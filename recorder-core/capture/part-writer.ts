import { open, type FileHandle } from 'node:fs/promises';
import { HoldfastError } from '../errors.ts';
import { encodePacketRecord, encodePacketRecordInto, recordBytes } from '../media/packet-log.ts';
import { describeStorageError } from '../vault/durable-file.ts';
import { ChunkEncryptor } from '../vault/chunk-encryptor.ts';
import { WriteBacklog } from './write-backlog.ts';

export interface PartWriterOptions {
  /** File to make; it must not exist. */
  readonly path: string;
  /** 32 random bytes, used for this part only. */
  readonly key: Uint8Array;
  /** What the ciphertext is bound to. */
  readonly context: Uint8Array;
  /** The disk refused, or does not keep up; each is told once. */
  readonly onFault: (error: unknown) => void;
  /** Shared by the parts of a thread. */
  readonly backlog?: WriteBacklog;
}

/**
 * Writes one part, encrypted chunk by chunk, as its plaintext comes. Never
 * blocks the caller: chunks queue for the disk in order. When the disk refuses,
 * the part stops where it is, `onFault` is told once, and what was written stays
 * valid up to its last whole chunk. When the disk does not keep up, packets are left out until it has: that is a gap
 * like any other loss, and the process lives.
 */
export class PartWriter {
  readonly #file: FileHandle;
  readonly #encryptor: ChunkEncryptor;
  readonly #onFault: (error: unknown) => void;
  #tail: Promise<void> = Promise.resolve();
  readonly #backlog: WriteBacklog;
  #faulted = false;
  #slow = false;

  private constructor(
    file: FileHandle,
    encryptor: ChunkEncryptor,
    { onFault, backlog = new WriteBacklog() }: PartWriterOptions,
  ) {
    this.#file = file;
    this.#encryptor = encryptor;
    this.#onFault = onFault;
    this.#backlog = backlog;
    this.#append([encryptor.header()]);
  }

  /** Makes the file. @throws HoldfastError `storage_full`, or what else the file system says. */
  static async create(options: PartWriterOptions): Promise<PartWriter> {
    const { path, key, context } = options;
    const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
      throw describeStorageError(error);
    });
    return new PartWriter(file, new ChunkEncryptor(Buffer.from(key), Buffer.from(context)), options);
  }

  /** Plaintext bytes that a crash would lose now. */
  get pendingBytes(): number {
    return this.#encryptor.pendingBytes;
  }

  write(plaintext: Uint8Array): void {
    if (this.#faulted) return;
    this.#append(this.#encryptor.update(plaintext));
  }

  /** The same as `write` with the packet's record, without a buffer for the record: this is called for every packet. */
  writePacket(atMicros: number, rtp: Buffer): void {
    if (this.#faulted) return;
    if (this.#backlog.full) {
      this.#leaveOut();
      return;
    }
    const bytes = recordBytes(rtp.length);
    const room = this.#encryptor.room(bytes);
    if (room === undefined) {
      this.write(encodePacketRecord(atMicros, rtp));
      return;
    }
    encodePacketRecordInto(room, this.#encryptor.pendingBytes, atMicros, rtp);
    this.#append(this.#encryptor.filled(bytes));
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

  #leaveOut(): void {
    if (this.#slow) return;
    this.#slow = true;
    this.#onFault(
      new HoldfastError(
        'unavailable',
        'The disk of the spool does not keep up, so packets were left out of recordings until it does. Look for what slows it down.',
      ),
    );
  }

  #append(pieces: Buffer[]): void {
    if (pieces.length === 0) return;
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.#backlog.add(bytes);
    this.#tail = this.#tail.then(async () => {
      try {
        if (!this.#faulted) await writeAll(this.#file, pieces, bytes);
      } catch (error) {
        this.#fault(error);
      } finally {
        this.#backlog.remove(bytes);
      }
    });
  }

  #fault(error: unknown): void {
    if (this.#faulted) return;
    this.#faulted = true;
    this.#onFault(describeStorageError(error));
  }
}

/** One system call as a rule; what a disk that fills up did not take is tried again, so that its error is seen. */
async function writeAll(file: FileHandle, pieces: Buffer[], bytes: number): Promise<void> {
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten < bytes) await file.appendFile(Buffer.concat(pieces).subarray(bytesWritten));
}
