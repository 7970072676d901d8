import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  type HeadObjectCommandOutput,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import type { DeleteOutcome } from '../object-store.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { describeS3Error, isMissing, isRefusal, s3Status } from './s3-errors.ts';
import { storeClock } from './store-clock.ts';

/** A version in the bucket by its full name; a deletion marker has no content. */
export interface BucketVersion {
  readonly name: string;
  /** Undefined in a bucket without versions. */
  readonly versionId: string | undefined;
  readonly size: number;
  readonly storedAt: Date;
  readonly marker: boolean;
}

/** Whether the bucket keeps versions, or ever did: asked anew each time, because an administrator can switch it on. */
export async function keepsVersions(bucket: S3Bucket): Promise<boolean> {
  try {
    const { Status } = await bucket.askRaw((client, abortSignal) =>
      client.send(new GetBucketVersioningCommand({ Bucket: bucket.name }), { abortSignal }),
    );
    return Status !== undefined;
  } catch (error) {
    // A store that does not know of versions has none.
    if (s3Status(error) === 501 || s3Status(error) === 405) return false;
    throw describeS3Error(error);
  }
}

/** Every version and marker whose name begins with `prefix`, in the order of the names. */
export async function* listVersions(bucket: S3Bucket, prefix: string): AsyncGenerator<BucketVersion> {
  if (await keepsVersions(bucket)) yield* versionsOf(bucket, prefix);
  else yield* objectsOf(bucket, prefix);
}

async function* versionsOf(bucket: S3Bucket, prefix: string): AsyncGenerator<BucketVersion> {
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (from !== undefined) {
    const input = { Bucket: bucket.name, Prefix: prefix, ...from };
    const page: ListObjectVersionsCommandOutput = await bucket.ask((client, abortSignal) =>
      client.send(new ListObjectVersionsCommand(input), { abortSignal }),
    );
    const found = [
      ...(page.Versions ?? []).map((version) => ({ ...version, marker: false })),
      ...(page.DeleteMarkers ?? []).map((version) => ({ ...version, Size: 0, marker: true })),
    ].sort((a, b) => (a.Key === b.Key ? 0 : (a.Key ?? '') < (b.Key ?? '') ? -1 : 1));
    for (const { Key = '', VersionId, Size = 0, LastModified = new Date(0), marker } of found) {
      yield { name: Key, versionId: VersionId, size: Size, storedAt: LastModified, marker };
    }
    from =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
  }
}

async function* objectsOf(bucket: S3Bucket, prefix: string): AsyncGenerator<BucketVersion> {
  for await (const { name, size, storedAt } of listObjects(bucket, prefix)) {
    yield { name, versionId: undefined, size, storedAt, marker: false };
  }
}

/** An object that is not hidden by a marker. */
export interface BucketObject {
  readonly name: string;
  readonly size: number;
  readonly storedAt: Date;
}

/** The objects whose name begins with `prefix`, in the order of the names, page by page. */
export async function* listObjects(bucket: S3Bucket, prefix: string): AsyncGenerator<BucketObject> {
  let token: string | undefined;
  do {
    const input = {
      Bucket: bucket.name,
      Prefix: prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    };
    const page = await bucket.ask((client, abortSignal) =>
      client.send(new ListObjectsV2Command(input), { abortSignal }),
    );
    for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
      yield { name: Key, size: Size, storedAt: LastModified ?? new Date(0) };
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** What the store says of a version, or of the newest; undefined when it is not there. */
export async function headVersion(
  bucket: S3Bucket,
  name: string,
  versionId?: string,
): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await bucket.askRaw((client, abortSignal) =>
      client.send(
        new HeadObjectCommand({
          Bucket: bucket.name,
          Key: name,
          ChecksumMode: 'ENABLED',
          ...(versionId === undefined ? {} : { VersionId: versionId }),
        }),
        { abortSignal },
      ),
    );
  } catch (error) {
    // Asked for a marker by its id, a store answers 405: there is no content under it.
    if (isMissing(error) || s3Status(error) === 405) return undefined;
    throw describeS3Error(error);
  }
}

/** Deletes all versions and markers of one object. A refusal is told only where a lock explains it. */
export async function deleteAllVersions(bucket: S3Bucket, name: string): Promise<DeleteOutcome> {
  let outcome: DeleteOutcome = 'absent';
  for await (const version of listVersions(bucket, name)) {
    if (version.name !== name) break; // sorted by name, so what follows only begins like ours
    const deleted = await deleteVersion(bucket, version);
    if (deleted === 'locked' || outcome === 'absent') outcome = deleted;
  }
  return outcome;
}

/** Deletes one version. */
export async function deleteVersion(
  bucket: S3Bucket,
  { name, versionId }: Pick<BucketVersion, 'name' | 'versionId'>,
): Promise<DeleteOutcome> {
  try {
    await bucket.askRaw((client, abortSignal) =>
      client.send(
        new DeleteObjectCommand({
          Bucket: bucket.name,
          Key: name,
          ...(versionId === undefined ? {} : { VersionId: versionId }),
        }),
        { abortSignal },
      ),
    );
    return 'deleted';
  } catch (error) {
    if (isMissing(error)) return 'absent';
    if (isRefusal(error) && (await isLocked(bucket, name, versionId))) return 'locked';
    throw describeS3Error(error);
  }
}

/** A date that has passed explains no refusal: then it is one of our rights, which is no lock. */
async function isLocked(bucket: S3Bucket, name: string, versionId: string | undefined): Promise<boolean> {
  const head = await headVersion(bucket, name, versionId);
  if (head?.ObjectLockLegalHoldStatus === 'ON') return true;
  const until = head?.ObjectLockRetainUntilDate;
  return until !== undefined && until > (await storeClock(bucket));
}
