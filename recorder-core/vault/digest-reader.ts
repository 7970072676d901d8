import { createHash } from 'node:crypto';
import type { ChunkReader } from './chunk-reader.ts';

/** SHA-256 of a part's whole plaintext. @throws HoldfastError `integrity_failed` when any chunk does not authenticate. */
export async function digestReader(reader: ChunkReader): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of reader.stream()) hash.update(chunk);
  return hash.digest();
}
