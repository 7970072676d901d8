/**
 * Makes a ciphertext that a crash cut short valid again, keeping every chunk that reached the disk whole.
 *
 * A torn tail is never finished in place: its chunk number was already used for other plaintext, and a second
 * message under the same nonce would give the authentication key away to someone who saw the disk before and
 * after. So with a torn tail the whole chunks are encrypted anew under a fresh salt into a sibling file that
 * replaces the old one. Only a file cut exactly between two chunks gets its empty final chunk appended.
 */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError, isHoldfastError } from '../errors.ts';
import type { RandomBytes, StreamKeys } from './chunk-format.ts';
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  SEALED_CHUNK_BYTES,
  TAG_BYTES,
  openChunk,
  openHeader,
  sealChunk,
} from './chunk-format.ts';
import { encryptChunks } from './chunk-encryptor.ts';
import { describeStorageError, syncDirectory } from './durable-file.ts';

/** What was found. `droppedBytes` counts ciphertext that did not authenticate or was not a whole chunk. */
export interface CrashRecovery {
  readonly plaintextBytes: number;
  readonly droppedBytes: number;
  /** False when the file was complete and was not touched. */
  readonly repaired: boolean;
}

/**
 * Verifies and, where needed, completes the ciphertext file at `path`. Idempotent, and safe against a crash of
 * its own. A file cut inside its header becomes a valid ciphertext of no plaintext.
 *
 * @throws integrity_failed, leaving the file as it is, when key or context do not belong to it or when a chunk
 *   before an authentic one is damaged (that is not what a crash does).
 * @throws storage_full or unavailable when the disk refuses; the file is as before and the call may be repeated.
 */
export async function recoverAfterCrash(
  path: string,
  key: Buffer,
  context: Buffer,
  random: RandomBytes = randomBytes,
): Promise<CrashRecovery> {
  try {
    return await recover(path, key, context, random);
  } catch (error) {
    throw describeStorageError(error);
  }
}

async function recover(
  path: string,
  key: Buffer,
  context: Buffer,
  random: RandomBytes,
): Promise<CrashRecovery> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    if (size < HEADER_BYTES) {
      await replace(path, encryptChunks([], key, context, random));
      return { plaintextBytes: 0, droppedBytes: size, repaired: true };
    }
    const keys = openHeader(await readAt(file, 0, HEADER_BYTES), key, context);
    const whole = await countWholeChunks(file, keys, size);
    const plaintextBytes = whole * CHUNK_BYTES;
    const tail = await readAt(file, HEADER_BYTES + whole * SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES);
    const tailBytes = size - HEADER_BYTES - whole * SEALED_CHUNK_BYTES;
    if (tailBytes < SEALED_CHUNK_BYTES && opens(keys, whole, tail)) {
      return { plaintextBytes: plaintextBytes + tailBytes - TAG_BYTES, droppedBytes: 0, repaired: false };
    }
    const [, emptyFinal] = sealChunk(keys, whole, Buffer.alloc(0)); // a chunk of nothing is its tag
    if (tailBytes < TAG_BYTES && emptyFinal.subarray(0, tailBytes).equals(tail)) {
      await file.write(emptyFinal, 0, TAG_BYTES, HEADER_BYTES + whole * SEALED_CHUNK_BYTES);
      await file.sync();
      return { plaintextBytes, droppedBytes: 0, repaired: true };
    }
    await replace(path, encryptChunks(wholeChunks(file, keys, whole), key, context, random));
    return { plaintextBytes, droppedBytes: tailBytes, repaired: true };
  } finally {
    await file.close();
  }
}

/** How many chunks from the start authenticate; everything after them must be unusable, else it is damage. */
async function countWholeChunks(file: FileHandle, keys: StreamKeys, size: number): Promise<number> {
  const candidates = Math.floor((size - HEADER_BYTES) / SEALED_CHUNK_BYTES);
  let whole = 0;
  while (whole < candidates && opens(keys, whole, await readChunk(file, whole))) whole += 1;
  for (let index = whole + 1; index <= candidates; index += 1) {
    if (opens(keys, index, await readChunk(file, index))) {
      throw new HoldfastError(
        'integrity_failed',
        `Chunk ${whole} of this part is damaged although later chunks are intact; a crash does not do that. The file was left as it is: restore it from another copy.`,
      );
    }
  }
  return whole;
}

async function* wholeChunks(file: FileHandle, keys: StreamKeys, count: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index += 1) yield openChunk(keys, index, await readChunk(file, index));
}

function opens(keys: StreamKeys, index: number, sealed: Buffer): boolean {
  try {
    openChunk(keys, index, sealed);
    return true;
  } catch (error) {
    if (isHoldfastError(error)) return false;
    throw error;
  }
}

function readChunk(file: FileHandle, index: number): Promise<Buffer> {
  return readAt(file, HEADER_BYTES + index * SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function replace(path: string, ciphertext: AsyncIterable<Buffer>): Promise<void> {
  const sibling = `${path}.recovering`;
  try {
    const file = await open(sibling, 'w', 0o600);
    try {
      for await (const piece of ciphertext) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(sibling, path);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}
