import { PutObjectLegalHoldCommand, PutObjectRetentionCommand } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import type { LockMode, LockState, ObjectLock } from '../object-lock.ts';
import { checkObjectKey } from '../object-store.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { describeS3Error, isRefusal } from './s3-errors.ts';
import { headVersion } from './s3-versions.ts';

/** S3 Object Lock on the newest version of an object: ours have but one. */
export class S3Lock implements ObjectLock {
  readonly mode: LockMode;
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket, mode: LockMode) {
    this.#bucket = bucket;
    this.mode = mode;
  }

  async retainUntil(key: string, until: Date): Promise<void> {
    const state = await this.lockState(key);
    // Whole seconds, downwards: stores keep no more, and a lock must not outlast the date it was given.
    const wanted = new Date(Math.floor(until.getTime() / 1000) * 1000);
    if (state.retainUntil !== null && state.retainUntil >= wanted) return;
    const mode = state.mode === 'compliance' ? 'compliance' : this.mode;
    await this.#ask((client, abortSignal) =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket: this.#bucket.name,
          Key: this.#bucket.nameOf(key),
          Retention: { Mode: mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', RetainUntilDate: wanted },
        }),
        { abortSignal },
      ),
    );
  }

  async setLegalHold(key: string, on: boolean): Promise<void> {
    const { legalHold } = await this.lockState(key);
    if (legalHold === on) return;
    await this.#ask((client, abortSignal) =>
      client.send(
        new PutObjectLegalHoldCommand({
          Bucket: this.#bucket.name,
          Key: this.#bucket.nameOf(key),
          LegalHold: { Status: on ? 'ON' : 'OFF' },
        }),
        { abortSignal },
      ),
    );
  }

  async lockState(key: string): Promise<LockState> {
    checkObjectKey(key);
    const head = await headVersion(this.#bucket, this.#bucket.nameOf(key));
    if (head === undefined)
      throw new HoldfastError('not_found', 'There is no such object in the object store, so it has no lock.');
    return lockStateOf(head);
  }

  async #ask(act: Parameters<S3Bucket['askRaw']>[0]): Promise<void> {
    try {
      await this.#bucket.askRaw(act);
    } catch (error) {
      if (!isRefusal(error)) throw describeS3Error(error);
      throw new HoldfastError(
        'unavailable',
        'The object store did not let us lock an object, so it has a weaker lock than was decided. Check the permissions s3:PutObjectRetention and s3:PutObjectLegalHold; it is tried again.',
        { detail: (describeS3Error(error) as HoldfastError).detail ?? '' },
      );
    }
  }
}

/** The lock of a version as its head tells it. */
export function lockStateOf(head: {
  ObjectLockMode?: string | undefined;
  ObjectLockRetainUntilDate?: Date | undefined;
  ObjectLockLegalHoldStatus?: string | undefined;
}): LockState {
  const mode = head.ObjectLockMode?.toLowerCase();
  return {
    retainUntil: head.ObjectLockRetainUntilDate ?? null,
    mode: mode === 'governance' || mode === 'compliance' ? mode : null,
    legalHold: head.ObjectLockLegalHoldStatus === 'ON',
  };
}
