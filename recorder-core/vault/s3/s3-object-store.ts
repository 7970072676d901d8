/**
 * The ObjectStore in an S3 bucket. Creation is conditional (`If-None-Match: *`), so of several writers one wins, also
 * between machines. What was sent is known by its SHA-256 and held against what the store says it keeps, both for
 * single objects and for those that went in parts.
 */
import { createHash } from 'node:crypto';
import { PutObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import { checkExpected, requireSameContent, type ObjectContent } from '../object-content.ts';
import type {
  DeleteOutcome,
  ExpectedObject,
  ObjectBody,
  ObjectHead,
  ObjectStore,
  PutResult,
  StoredVersion,
} from '../object-store.ts';
import { checkObjectKey, isObjectKey } from '../object-store.ts';
import { abort, uploadInParts, type Uploaded } from './multipart-upload.ts';
import { CountedBody, digestOf, readLocal } from './counted-body.ts';
import { partsOf, type UploadPart } from './parts-of.ts';
import { readRange } from './read-range.ts';
import { S3Canaries } from './s3-canaries.ts';
import { S3Bucket } from './s3-bucket.ts';
import { describeS3WriteError, isContended, isDamaged, isTaken } from './s3-errors.ts';
import { lockStateOf, S3Lock } from './s3-lock.ts';
import { S3OpenObject } from './s3-open-object.ts';
import type { S3Settings } from './s3-settings.ts';
import { deleteAllVersions, deleteVersion, headVersion, listObjects, listVersions } from './s3-versions.ts';
import { Slots } from './slots.ts';
import { unfinishedUploads } from './unfinished-uploads.ts';

/** Where an object's own digest stands beside it, in lower-case hexadecimal. */
const DIGEST = 'holdfast-sha256';
/** Another conditional write of the same key is soon over. */
const CONTENDED_MS = 100;
const CONTENDED_TIMES = 20;

/** See ObjectStore. Opens nothing before it is asked; `checkS3Store` says at the start whether it can be used. */
export class S3ObjectStore implements ObjectStore {
  readonly bucket: S3Bucket;
  readonly lock: S3Lock | undefined;
  readonly canaries: S3Canaries;
  readonly place: string;
  readonly #puts: Slots;

  constructor(settings: S3Settings) {
    this.bucket = new S3Bucket(settings);
    this.lock = settings.lock === undefined ? undefined : new S3Lock(this.bucket, settings.lock);
    this.canaries = new S3Canaries(this.bucket);
    this.place = placeOf(settings);
    this.#puts = new Slots(this.bucket.limits.putsAtOnce);
  }

  async put(key: string, body: ObjectBody, expected: ExpectedObject = {}): Promise<PutResult> {
    checkObjectKey(key);
    const name = this.bucket.nameOf(key);
    return this.#puts.run(async () => {
      // A file is read twice where nobody knows its digest, so that the digest can go with its first byte.
      const sha256 =
        expected.sha256 ?? (typeof body === 'string' ? await digestOf(readLocal(body)) : undefined);
      const counted = new CountedBody(typeof body === 'string' ? readLocal(body) : body);
      try {
        const uploaded = await this.#upload(name, counted, {
          ...expected,
          ...(sha256 === undefined ? {} : { sha256 }),
        });
        await this.#requireStored(name, uploaded, counted.content());
        return { outcome: 'stored', ...counted.content() };
      } catch (error) {
        if (!isTaken(error)) throw error;
        await this.#requireSame(key, counted.content());
        return { outcome: 'exists', ...counted.content() };
      }
    });
  }

  async open(key: string): Promise<S3OpenObject> {
    checkObjectKey(key);
    const name = this.bucket.nameOf(key);
    const head = await headVersion(this.bucket, name);
    if (head === undefined)
      throw new HoldfastError(
        'not_found',
        'There is no such object in the object store. It may have been disposed of.',
      );
    return new S3OpenObject(this.bucket, pinned(name, head), head.Metadata?.[DIGEST]);
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    checkObjectKey(key);
    const head = await headVersion(this.bucket, this.bucket.nameOf(key));
    if (head === undefined) return undefined;
    return { key, size: head.ContentLength ?? 0, storedAt: head.LastModified ?? new Date(0) };
  }

  async delete(key: string): Promise<DeleteOutcome> {
    checkObjectKey(key);
    return deleteAllVersions(this.bucket, this.bucket.nameOf(key));
  }

  async *list(prefix: string): AsyncGenerator<ObjectHead> {
    if (!isPossible(prefix)) return;
    for await (const { name, size, storedAt } of listObjects(this.bucket, this.bucket.nameOf(prefix))) {
      const key = this.bucket.keyOf(name);
      if (key !== undefined) yield { key, size, storedAt };
    }
  }

  async *remainingVersions(prefix: string): AsyncGenerator<StoredVersion> {
    if (!isPossible(prefix)) return;
    for await (const { name, versionId, size, marker } of listVersions(
      this.bucket,
      this.bucket.nameOf(prefix),
    )) {
      const key = this.bucket.keyOf(name);
      if (key === undefined || marker) continue;
      const head = await headVersion(this.bucket, name, versionId);
      if (head === undefined) continue; // deleted since it was listed
      const { retainUntil, legalHold } = lockStateOf(head);
      yield { key, size, lockedUntil: retainUntil, legalHold };
    }
  }

  async removeAbandoned(before: Date): Promise<number> {
    let removed = 0;
    for await (const { name, uploadId } of unfinishedUploads(this.bucket, before)) {
      await abort(this.bucket, name, uploadId);
      removed += 1;
    }
    return removed;
  }

  /** Gives back the connections. */
  close(): void {
    this.bucket.close();
  }

  async #upload(name: string, body: CountedBody, expected: ExpectedObject): Promise<Uploaded> {
    const parts = partsOf(body, this.bucket.limits.partBytes)[Symbol.asyncIterator]();
    const first = await parts.next();
    if (first.done === true) throw new HoldfastError('internal', 'A body had no end.');
    const metadata = expected.sha256 === undefined ? {} : { [DIGEST]: expected.sha256 };
    if (first.value.last) {
      checkExpected(body.content(), expected);
      return this.#putWhole(name, first.value.bytes, { [DIGEST]: body.content().sha256 });
    }
    return uploadInParts(this.bucket, name, rejoined(first.value, parts), metadata, () => {
      checkExpected(body.content(), expected);
    });
  }

  async #putWhole(name: string, bytes: Buffer, metadata: Record<string, string>): Promise<Uploaded> {
    const checksum = createHash('sha256').update(bytes).digest('base64');
    const command = {
      Bucket: this.bucket.name,
      Key: name,
      Body: bytes,
      ContentLength: bytes.length,
      IfNoneMatch: '*',
      ChecksumSHA256: checksum,
      Metadata: metadata,
      ...this.bucket.encryption,
    };
    for (let asked = 1; ; asked += 1) {
      try {
        const { VersionId } = await this.bucket.askRaw((client, abortSignal) =>
          client.send(new PutObjectCommand(command), { abortSignal }),
        );
        return { versionId: VersionId, checksum };
      } catch (error) {
        if (isTaken(error)) throw error;
        const again = isContended(error)
          ? asked < CONTENDED_TIMES
          : isDamaged(error) && asked < this.bucket.limits.attempts;
        if (!again) throw describeS3WriteError(error);
        await delay(CONTENDED_MS);
      }
    }
  }

  /** Holds what the store says it has against what was sent; a difference removes the object again. */
  async #requireStored(name: string, uploaded: Uploaded, sent: ObjectContent): Promise<void> {
    const head = await headVersion(this.bucket, name, uploaded.versionId);
    if (head !== undefined && (await this.#isAsSent(name, head, uploaded, sent))) return;
    await deleteVersion(this.bucket, { name, versionId: uploaded.versionId }).catch(() => undefined);
    throw new HoldfastError(
      'integrity_failed',
      'The object store keeps other bytes than were sent, so the object was removed again. Check the store before anything is written to it.',
    );
  }

  async #isAsSent(
    name: string,
    head: HeadObjectCommandOutput,
    uploaded: Uploaded,
    sent: ObjectContent,
  ): Promise<boolean> {
    if (head.ContentLength !== sent.size) return false;
    // Of an object in parts some tell the number of parts behind a hyphen, some do not.
    if (head.ChecksumSHA256 !== undefined) return head.ChecksumSHA256.split('-')[0] === uploaded.checksum;
    // A store that keeps no checksum is asked for the bytes.
    return (await this.#digestStored(name, head)) === sent.sha256;
  }

  async #requireSame(key: string, content: ObjectContent): Promise<void> {
    const name = this.bucket.nameOf(key);
    const head = await headVersion(this.bucket, name);
    if (head === undefined) {
      throw new HoldfastError(
        'unavailable',
        'Another object under this key was removed while ours was to be stored. Try again.',
      );
    }
    const known = head.ContentLength === content.size ? head.Metadata?.[DIGEST] : '';
    requireSameContent(known ?? (await this.#digestStored(name, head)), content);
  }

  async #digestStored(name: string, head: HeadObjectCommandOutput): Promise<string> {
    const { bucket } = this;
    const object = pinned(name, head);
    return digestOf(
      (async function* () {
        for (let at = 0; at < object.size; at += bucket.limits.partBytes) {
          yield await readRange(bucket, object, at, Math.min(bucket.limits.partBytes, object.size - at));
        }
      })(),
    );
  }
}

async function* rejoined(first: UploadPart, rest: AsyncIterator<UploadPart>): AsyncGenerator<UploadPart> {
  yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}

function placeOf({ bucket, prefix, endpoint }: S3Settings): string {
  const where = endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`;
  return `s3://${prefix === '' ? bucket : `${bucket}/${prefix}`}${where}`;
}

function pinned(name: string, head: HeadObjectCommandOutput) {
  return { name, size: head.ContentLength ?? 0, etag: head.ETag, versionId: head.VersionId };
}

/** Whether a key could begin so; a store in folders would take `..` for one. */
function isPossible(prefix: string): boolean {
  const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
  return folder === '' || isObjectKey(folder);
}
