import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { contextOf, openDataKey } from '../../recorder-core/records/open-part.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import { encryptChunks } from '../../recorder-core/vault/chunk-encryptor.ts';
import type { TestHub } from './test-hub.ts';
import type { TestRecording } from './test-recording.ts';

/**
 * Gives a stored part other content, under its own key and with its digests: a recording of what the test client cannot
 * send. To be done before the part is first read.
 */
export async function replaceMedia(
  { database, services }: TestHub,
  recording: TestRecording,
  part: Part,
  content: Buffer,
): Promise<void> {
  const { tenantId } = database;
  const key = await openDataKey(services, tenantId, part);
  const chunks = await Array.fromAsync(encryptChunks([content], key, contextOf(tenantId, part)));
  const bytes = Buffer.concat(chunks);
  const ciphertextSha256 = createHash('sha256').update(bytes).digest();
  await rm(recording.fileOf(part));
  await services.objects.put(part.objectKey, oneChunk(bytes), {
    sha256: ciphertextSha256.toString('hex'),
    size: bytes.length,
  });
  await database.asOwner(
    'update part set bytes = $2, ciphertext_bytes = $3, sha256 = $4, sha512 = $5, ciphertext_sha256 = $6 where id = $1',
    [
      part.id,
      content.length,
      bytes.length,
      createHash('sha256').update(content).digest(),
      createHash('sha512').update(content).digest(),
      ciphertextSha256,
    ],
  );
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
