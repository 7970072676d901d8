import { GetObjectCommand } from '@aws-sdk/client-s3';
import { HoldfastError, isHoldfastError } from '../../errors.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { describeS3Error, s3Status } from './s3-errors.ts';

/** One version of one object, and what was said of it when it was opened. */
export interface PinnedObject {
  readonly name: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly versionId: string | undefined;
}

/** Times that a broken transfer is taken up again where it broke; one that brings bytes starts the count anew. */
const RESUMPTIONS = 3;

/**
 * The bytes [offset, offset + length) of the pinned version, which must lie inside it. A transfer that breaks is
 * resumed at the first missing byte.
 * @throws integrity_failed when the store answers with another range, more bytes, or keeps ending early though it says
 *   all is well; not_found; unavailable; timeout. Never answers short.
 */
export async function readRange(
  bucket: S3Bucket,
  object: PinnedObject,
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  let idle = 0;
  while (filled < length) {
    const before = filled;
    let broken: unknown;
    try {
      await bucket.askRaw(async (client, signal) => {
        for await (const piece of await openRange(
          client,
          object,
          offset + filled,
          length - filled,
          signal,
          bucket,
        )) {
          if (filled + piece.length > length) throw otherBytes('more bytes than were asked for');
          bytes.set(piece, filled);
          filled += piece.length;
        }
      });
    } catch (error) {
      if (s3Status(error) !== undefined || isHoldfastError(error)) throw describeS3Error(error);
      broken = error;
    }
    idle = filled > before ? 0 : idle + 1;
    if (filled < length && idle >= RESUMPTIONS) {
      throw broken === undefined ? otherBytes('fewer bytes than were asked for') : describeS3Error(broken);
    }
  }
  return bytes;
}

async function openRange(
  client: S3Bucket['client'],
  { name, size, etag, versionId }: PinnedObject,
  from: number,
  length: number,
  abortSignal: AbortSignal,
  bucket: S3Bucket,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await client.send(
    new GetObjectCommand({
      Bucket: bucket.name,
      Key: name,
      Range: `bytes=${from}-${from + length - 1}`,
      ...(etag === undefined ? {} : { IfMatch: etag }),
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    }),
    { abortSignal },
  );
  const body = response.Body as (AsyncIterable<Uint8Array> & { destroy?: () => void }) | undefined;
  const whole = from === 0 && length === size && response.ContentRange === undefined;
  if (
    body === undefined ||
    !(whole || response.ContentRange === `bytes ${from}-${from + length - 1}/${size}`)
  ) {
    body?.destroy?.();
    throw otherBytes('another range than was asked for');
  }
  // The signal of the request does not reach a body that stalls after its headers.
  abortSignal.addEventListener('abort', () => body.destroy?.(), { once: true });
  return body;
}

function otherBytes(what: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The object store answered with ${what}, so nothing of it was used. Check the store and what stands between; the object may be damaged.`,
  );
}
