import { ListMultipartUploadsCommand, type ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import type { S3Bucket } from './s3-bucket.ts';

/** Uploads of ours that were begun before that instant and neither completed nor aborted. Errors as S3Bucket.ask. */
export async function* unfinishedUploads(
  bucket: S3Bucket,
  before: Date,
): AsyncGenerator<{ name: string; uploadId: string }> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (from !== undefined) {
    const input = { Bucket: bucket.name, Prefix: bucket.nameOf(''), ...from };
    const page: ListMultipartUploadsCommandOutput = await bucket.ask((client, abortSignal) =>
      client.send(new ListMultipartUploadsCommand(input), { abortSignal }),
    );
    for (const { Key = '', UploadId, Initiated } of page.Uploads ?? []) {
      if (UploadId !== undefined && Initiated !== undefined && Initiated < before)
        yield { name: Key, uploadId: UploadId };
    }
    from =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
  }
}
