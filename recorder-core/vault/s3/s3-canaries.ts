import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  UploadPartCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { Attempt, Canary, CanaryLock, CanaryStore, StoredCanary } from '../canary-store.ts';
import type { LockMode, LockState } from '../object-lock.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { describeS3Error, isContended, isMissing, isRefusal, isTaken } from './s3-errors.ts';
import { lockStateOf } from './s3-lock.ts';
import { headVersion, listVersions } from './s3-versions.ts';
import { storeClock } from './store-clock.ts';

const S3_MODE = { governance: 'GOVERNANCE', compliance: 'COMPLIANCE' } as const;

/** Canaries in the bucket, under names that no key can have. */
export class S3Canaries implements CanaryStore {
  readonly mode: LockMode | undefined;
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
    this.mode = bucket.settings.lock;
  }

  clock(): Promise<Date> {
    return storeClock(this.#bucket);
  }

  async write(
    id: string,
    content: string,
    { retainUntil, legalHold = false }: CanaryLock = {},
  ): Promise<Canary> {
    const name = this.#bucket.canaryName(id);
    const input: PutObjectCommandInput = {
      ...this.#object(name, content),
      ...(retainUntil === undefined || this.mode === undefined
        ? {}
        : { ObjectLockMode: S3_MODE[this.mode], ObjectLockRetainUntilDate: retainUntil }),
      ...(legalHold ? { ObjectLockLegalHoldStatus: 'ON' } : {}),
    };
    const { VersionId } = await this.#bucket.ask((client, abortSignal) =>
      client.send(new PutObjectCommand(input), { abortSignal }),
    );
    return { name, versionId: VersionId };
  }

  createAgain({ name }: Canary, how: 'whole' | 'in-parts'): Promise<Attempt> {
    if (how === 'in-parts') return this.#createInParts(name);
    return this.#attempt(() =>
      this.#bucket.askRaw((client, abortSignal) =>
        client.send(new PutObjectCommand({ ...this.#object(name, 'another'), IfNoneMatch: '*' }), {
          abortSignal,
        }),
      ),
    );
  }

  writeWithWrongDigest(id: string): Promise<Attempt> {
    const ChecksumSHA256 = digestInBase64('other content');
    const input = { ...this.#object(this.#bucket.canaryName(id), 'content'), ChecksumSHA256 };
    return this.#attempt(() =>
      this.#bucket.askRaw((client, abortSignal) => client.send(new PutObjectCommand(input), { abortSignal })),
    );
  }

  async digestOf({ name, versionId }: Canary): Promise<string | undefined> {
    return (await headVersion(this.#bucket, name, versionId))?.ChecksumSHA256;
  }

  remove({ name, versionId }: Canary, how: 'plain' | 'bypassing' | 'batch'): Promise<Attempt> {
    const version = { Key: name, ...(versionId === undefined ? {} : { VersionId: versionId }) };
    const bypass = how === 'bypassing' ? { BypassGovernanceRetention: true } : {};
    return this.#attempt(async () => {
      if (how !== 'batch') {
        const input = { Bucket: this.#bucket.name, ...version, ...bypass };
        await this.#bucket.askRaw((client, abortSignal) =>
          client.send(new DeleteObjectCommand(input), { abortSignal }),
        );
        return 'done';
      }
      const list = { Bucket: this.#bucket.name, Delete: { Objects: [version] } };
      const { Errors = [] } = await this.#bucket.askRaw((client, abortSignal) =>
        client.send(new DeleteObjectsCommand(list), { abortSignal }),
      );
      return Errors.length > 0 ? 'refused' : 'done';
    });
  }

  relock({ name, versionId }: Canary, until: Date, mode: LockMode): Promise<Attempt> {
    const input = {
      Bucket: this.#bucket.name,
      Key: name,
      VersionId: versionId,
      Retention: { Mode: S3_MODE[mode], RetainUntilDate: until },
    };
    return this.#attempt(() =>
      this.#bucket.askRaw((client, abortSignal) =>
        client.send(new PutObjectRetentionCommand(input), { abortSignal }),
      ),
    );
  }

  async setLegalHold({ name, versionId }: Canary, on: boolean): Promise<void> {
    const input = {
      Bucket: this.#bucket.name,
      Key: name,
      VersionId: versionId,
      LegalHold: { Status: on ? ('ON' as const) : ('OFF' as const) },
    };
    await this.#bucket.ask((client, abortSignal) =>
      client.send(new PutObjectLegalHoldCommand(input), { abortSignal }),
    );
  }

  async lockOf({ name, versionId }: Canary): Promise<LockState | undefined> {
    const head = await headVersion(this.#bucket, name, versionId);
    return head && lockStateOf(head);
  }

  async read({ name, versionId }: Canary): Promise<string | undefined> {
    const input = { Bucket: this.#bucket.name, Key: name, VersionId: versionId };
    try {
      const { Body } = await this.#bucket.askRaw((client, abortSignal) =>
        client.send(new GetObjectCommand(input), { abortSignal }),
      );
      return await Body?.transformToString();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw describeS3Error(error);
    }
  }

  async *list(): AsyncGenerator<StoredCanary> {
    for await (const { name, versionId, storedAt } of listVersions(this.#bucket, this.#bucket.canaryName())) {
      yield { name, versionId, writtenAt: storedAt };
    }
  }

  /** One part may be small where it is the last, so a canary in parts costs no more than another. */
  async #createInParts(name: string): Promise<Attempt> {
    const upload = { Bucket: this.#bucket.name, Key: name };
    const ask = this.#bucket.ask.bind(this.#bucket);
    const { UploadId } = await ask((client, abortSignal) =>
      client.send(new CreateMultipartUploadCommand(upload), { abortSignal }),
    );
    try {
      const part = { ...upload, UploadId, PartNumber: 1, Body: 'another' };
      const { ETag } = await ask((client, abortSignal) =>
        client.send(new UploadPartCommand(part), { abortSignal }),
      );
      const parts = {
        ...upload,
        UploadId,
        IfNoneMatch: '*',
        MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
      };
      return await this.#attempt(() =>
        this.#bucket.askRaw((client, abortSignal) =>
          client.send(new CompleteMultipartUploadCommand(parts), { abortSignal }),
        ),
      );
    } finally {
      await ask((client, abortSignal) =>
        client.send(new AbortMultipartUploadCommand({ ...upload, UploadId }), { abortSignal }),
      ).catch(() => undefined); // completed, or found by removeAbandoned
    }
  }

  #object(name: string, content: string): PutObjectCommandInput {
    return {
      Bucket: this.#bucket.name,
      Key: name,
      Body: content,
      ChecksumAlgorithm: 'SHA256', // a lock in the headers of a write must come with it
      ChecksumSHA256: digestInBase64(content),
      ...this.#bucket.encryption,
    };
  }

  async #attempt(act: () => Promise<unknown>): Promise<Attempt> {
    try {
      return (await act()) === 'refused' ? 'refused' : 'done';
    } catch (error) {
      if (isTaken(error) || isContended(error) || isRefusal(error)) return 'refused';
      throw describeS3Error(error);
    }
  }
}

function digestInBase64(content: string): string {
  return createHash('sha256').update(content).digest('base64');
}
