import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import { isObjectKey } from '../object-store.ts';
import { describeS3Error, describeS3WriteError, isDamaged } from './s3-errors.ts';
import { S3_LIMITS, type S3Limits, type S3Settings } from './s3-settings.ts';

/** Sockets to the store; more requests wait for one. */
const SOCKETS = 32;
/** Begins the names of canaries: no object key can, because segments do not start with a dot. */
const CANARIES = '.holdfast-canary/';

/** One bucket behind one client: names, bounds, deadlines, and errors in our words. */
export class S3Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly settings: S3Settings;
  readonly limits: S3Limits;
  readonly #prefix: string;

  constructor(settings: S3Settings) {
    this.settings = settings;
    this.limits = { ...S3_LIMITS, ...settings.limits };
    this.name = settings.bucket;
    this.#prefix = settings.prefix === '' ? '' : `${settings.prefix}/`;
    this.client = makeClient(settings, this.limits);
  }

  /** The object's full name in the bucket. */
  nameOf(keyOrPrefix: string): string {
    return `${this.#prefix}${keyOrPrefix}`;
  }

  /** The key of a full name; undefined for what is none of our objects. */
  keyOf(name: string | undefined): string | undefined {
    if (name?.startsWith(this.#prefix) !== true) return undefined;
    const key = name.slice(this.#prefix.length);
    return isObjectKey(key) ? key : undefined;
  }

  /** The full name of a canary, or what all of them begin with. */
  canaryName(id = ''): string {
    return `${this.#prefix}${CANARIES}${id}`;
  }

  /** Asks the store within the deadline; what it throws is in our words. */
  async ask<T>(act: (client: S3Client, signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.askRaw(act);
    } catch (error) {
      throw describeS3Error(error);
    }
  }

  /** The same for a write: what arrives damaged is sent again, and it never throws `not_found`. */
  async askToWrite<T>(act: (client: S3Client, signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.askRaw(act);
      } catch (error) {
        if (!isDamaged(error) || attempt >= this.limits.attempts) throw describeS3WriteError(error);
      }
    }
  }

  /** The same with the store's own errors, for those who decide by them. They are not to leave the folder. */
  askRaw<T>(act: (client: S3Client, signal: AbortSignal) => Promise<T>): Promise<T> {
    return act(this.client, AbortSignal.timeout(this.limits.requestMs));
  }

  /** Headers that make the store encrypt besides, where that is configured. */
  get encryption(): { ServerSideEncryption?: 'aws:kms'; SSEKMSKeyId?: string } {
    const { kmsKeyId } = this.settings;
    return kmsKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId };
  }

  close(): void {
    this.client.destroy();
  }
}

function makeClient(settings: S3Settings, limits: S3Limits): S3Client {
  const { endpoint, region, pathStyle, ca, credentials } = settings;
  const agent = { keepAlive: true, maxSockets: SOCKETS };
  return new S3Client({
    // A store of one's own has no regions that matter, yet the signature needs one.
    ...(region !== undefined || endpoint !== undefined ? { region: region ?? 'us-east-1' } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle: pathStyle ?? false,
    maxAttempts: limits.attempts,
    // We send SHA-256 of our own; the SDK's CRC32 in trailers is what other stores stumble over.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: limits.connectMs,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, ...(ca === undefined ? {} : { ca }) }),
    },
  });
}
