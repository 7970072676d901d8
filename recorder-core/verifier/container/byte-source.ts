/** Bytes at a place, from a file. The reader of bundles asks for what it needs and never loads a bundle whole. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { unreadable } from '../refused.ts';

/** Something that holds a bundle. */
export interface ByteSource {
  readonly size: number;
  /**
   * The bytes [offset, offset + length), which the caller has checked to lie inside and to be at most MAX_READ.
   * @throws unavailable when they cannot be read; integrity_failed when they are encrypted and do not open.
   */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** The most that is read at once. */
export const MAX_READ = 64 * 1024;

const WINDOW = 1024 * 1024;

/** Opens a regular file for reading. @throws unavailable. */
export async function openFileSource(path: string): Promise<ByteSource> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (!stat.isFile()) throw unreadable('it is not a file');
    return new FileSource(file, stat.size);
  } catch (cause) {
    await file?.close();
    throw unreadable(
      `The file ${path} could not be opened. Check the path and the rights of the file.`,
      cause,
    );
  }
}

/** Reads ahead, since bundles are read from front to back; a window is never written to again once handed out. */
class FileSource implements ByteSource {
  readonly size: number;
  readonly #file: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    if (offset < this.#start || offset + length > this.#start + this.#window.length) {
      this.#window = await this.#fill(offset, Math.min(WINDOW, this.size - offset));
      this.#start = offset;
    }
    return this.#window.subarray(offset - this.#start, offset - this.#start + length);
  }

  async #fill(offset: number, length: number): Promise<Buffer> {
    const window = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await this.#file
        .read(window, filled, length - filled, offset + filled)
        .catch((cause: unknown) => {
          throw unreadable(
            'The bundle could not be read to its end; the disk or the network share failed.',
            cause,
          );
        });
      if (bytesRead === 0)
        throw unreadable('The bundle became shorter while it was read. Verify a copy that nobody changes.');
      filled += bytesRead;
    }
    return window;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Bytes that are in memory already. */
export function bufferSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  };
}
