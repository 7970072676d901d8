import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ChunkReader } from '../../vault/chunk-reader.ts';
import { describeStorageError } from '../../vault/durable-file.ts';

const PIECE_BYTES = 64 * 1024;

/** Digests and sizes of one part, over what was captured and over what is stored. */
export interface PartDigest {
  readonly bytes: number;
  readonly ciphertextBytes: number;
  readonly sha256: Buffer;
  readonly sha512: Buffer;
  readonly ciphertextSha256: Buffer;
}

/**
 * Reads a ciphertext file, digests it, decrypts it and digests the plaintext,
 * which also proves that the part can be opened. `each` sees the plaintext. Waits
 * for the disk in its own thread, which is the sealing one: a third of the
 * processor time of asking Node's pool for every piece.
 * @throws HoldfastError `integrity_failed` when any chunk does not authenticate.
 */
export async function digestPart(
  path: string,
  key: Buffer,
  context: Buffer,
  each?: (plaintext: Buffer) => void,
): Promise<PartDigest> {
  const file = openFile(path);
  try {
    const { size } = fstatSync(file);
    const ciphertextSha256 = digestFile(file);
    const sha256 = createHash('sha256');
    const sha512 = createHash('sha512');
    let bytes = 0;
    const source = { size, read: async (offset: number, length: number) => readAt(file, offset, length) };
    for await (const chunk of new ChunkReader(source, key, context).stream()) {
      sha256.update(chunk);
      sha512.update(chunk);
      bytes += chunk.length;
      each?.(chunk);
    }
    return {
      bytes,
      ciphertextBytes: size,
      sha256: sha256.digest(),
      sha512: sha512.digest(),
      ciphertextSha256,
    };
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw describeStorageError(error);
  }
}

function digestFile(file: number): Buffer {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let bytes = readSync(file, piece); bytes > 0; bytes = readSync(file, piece)) {
    hash.update(piece.subarray(0, bytes));
  }
  return hash.digest();
}

function readAt(file: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
}
