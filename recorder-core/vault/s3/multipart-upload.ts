import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import type { UploadPart } from './parts-of.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { describeS3WriteError, isTaken } from './s3-errors.ts';

/** S3 takes no more parts for one object. */
const MAX_PARTS = 10_000;

/** What a finished upload is known by. */
export interface Uploaded {
  readonly versionId: string | undefined;
  /** SHA-256 in base64: of the bytes, or of an object in parts of the parts' digests. */
  readonly checksum: string;
}

/**
 * Stores a large object in parts, under a name that must be free. `check` runs once all bytes have gone and before
 * the object appears; when it throws, or anything else does, the upload is aborted and nothing is left.
 * @throws the store's own error when the name is taken; all else in our words.
 */
export async function uploadInParts(
  bucket: S3Bucket,
  name: string,
  parts: AsyncIterable<UploadPart>,
  metadata: Record<string, string>,
  check: () => void,
): Promise<Uploaded> {
  const uploadId = await begin(bucket, name, metadata);
  try {
    const sent = await sendAll(bucket, { name, uploadId }, parts);
    check();
    return await complete(bucket, { name, uploadId }, sent);
  } catch (error) {
    await abort(bucket, name, uploadId);
    throw error;
  }
}

/** Ends an upload and frees its parts. One that cannot be reached now is found by `removeAbandoned`. */
export async function abort(bucket: S3Bucket, name: string, uploadId: string): Promise<void> {
  const input = { Bucket: bucket.name, Key: name, UploadId: uploadId };
  await bucket
    .askRaw((client, abortSignal) => client.send(new AbortMultipartUploadCommand(input), { abortSignal }))
    .catch(() => undefined);
}

interface Upload {
  readonly name: string;
  readonly uploadId: string;
}

async function begin(bucket: S3Bucket, name: string, metadata: Record<string, string>): Promise<string> {
  const { UploadId } = await bucket.askToWrite((client, abortSignal) =>
    client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket.name,
        Key: name,
        ChecksumAlgorithm: 'SHA256',
        Metadata: metadata,
        ...bucket.encryption,
      }),
      { abortSignal },
    ),
  );
  if (UploadId !== undefined) return UploadId;
  throw new HoldfastError(
    'unavailable',
    'The object store began an upload without an id. Check that it speaks S3.',
  );
}

/** Sends parts as they come, a few at once, and takes no new one from the source while those are under way. */
async function sendAll(
  bucket: S3Bucket,
  upload: Upload,
  parts: AsyncIterable<UploadPart>,
): Promise<CompletedPart[]> {
  const sent: CompletedPart[] = [];
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let number = 0;
  try {
    for await (const { bytes } of parts) {
      number += 1;
      if (number > MAX_PARTS) throw tooLarge();
      const work = sendOne(bucket, upload, number, bytes)
        .then((part) => void sent.push(part))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(work));
      running.add(work);
      if (running.size >= bucket.limits.partsAtOnce) await Promise.race(running);
      if (failures.length > 0) break;
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
  return sent.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
}

async function sendOne(
  bucket: S3Bucket,
  { name, uploadId }: Upload,
  partNumber: number,
  bytes: Buffer,
): Promise<CompletedPart> {
  const checksum = createHash('sha256').update(bytes).digest('base64');
  const { ETag } = await bucket.askToWrite((client, abortSignal) =>
    client.send(
      new UploadPartCommand({
        Bucket: bucket.name,
        Key: name,
        UploadId: uploadId,
        PartNumber: partNumber,
        Body: bytes,
        ContentLength: bytes.length,
        ChecksumSHA256: checksum,
      }),
      { abortSignal },
    ),
  );
  return { PartNumber: partNumber, ETag, ChecksumSHA256: checksum };
}

async function complete(bucket: S3Bucket, upload: Upload, parts: CompletedPart[]): Promise<Uploaded> {
  const input = {
    Bucket: bucket.name,
    Key: upload.name,
    UploadId: upload.uploadId,
    MultipartUpload: { Parts: parts },
    IfNoneMatch: '*',
  };
  try {
    const { VersionId } = await bucket.askRaw((client, abortSignal) =>
      client.send(new CompleteMultipartUploadCommand(input), { abortSignal }),
    );
    return { versionId: VersionId, checksum: compositeOf(parts) };
  } catch (error) {
    // Also what a repetition meets whose first attempt came through unseen: the object is found when it is stored again.
    throw isTaken(error) ? error : describeS3WriteError(error);
  }
}

/** The checksum that S3 gives an object of several parts: the digest of their digests. */
function compositeOf(parts: readonly CompletedPart[]): string {
  const hash = createHash('sha256');
  for (const { ChecksumSHA256 = '' } of parts) hash.update(Buffer.from(ChecksumSHA256, 'base64'));
  return hash.digest('base64');
}

function tooLarge(): HoldfastError {
  return new HoldfastError(
    'too_large',
    'An object of more than 10,000 parts cannot be stored. Split it, or enlarge the parts.',
  );
}
