import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { ChunkReader } from '../../vault/chunk-reader.ts';
import { describeStorageError } from '../../vault/durable-file.ts';

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
 * which also proves that the part can be opened. `each` sees the plaintext.
 * @throws HoldfastError `integrity_failed` when any chunk does not authenticate.
 */
export async function digestPart(
  path: string,
  key: Buffer,
  context: Buffer,
  each?: (plaintext: Buffer) => void,
): Promise<PartDigest> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw describeStorageError(error);
  });
  try {
    const { size } = await file.stat();
    const ciphertextSha256 = await digestFile(file);
    const sha256 = createHash('sha256');
    const sha512 = createHash('sha512');
    let bytes = 0;
    const source = { size, read: (offset: number, length: number) => readAt(file, offset, length) };
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
    await file.close();
  }
}

async function digestFile(file: FileHandle): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false }))
    hash.update(chunk as Buffer);
  return hash.digest();
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
