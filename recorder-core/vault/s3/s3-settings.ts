import type { LockMode } from '../object-lock.ts';

/** Where an S3 store is and how it is used. Made from the configuration; holds secrets, so it is never logged. */
export interface S3Settings {
  readonly bucket: string;
  /** Begins every object name, without a slash at its end; empty for the whole bucket. An object key by its form. */
  readonly prefix: string;
  /** URL of a store that is not Amazon's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** Bucket in the path instead of the host name. */
  readonly pathStyle?: boolean | undefined;
  /** PEM certificates that the endpoint's certificate is checked against, in place of the system's. */
  readonly ca?: string | undefined;
  /** Left out, the SDK looks where it always does: environment, shared files, container, instance. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Id or ARN of the key under which the store encrypts besides (SSE-KMS). */
  readonly kmsKeyId?: string | undefined;
  /** How objects are locked; left out, the store's lock is not used. */
  readonly lock?: LockMode | undefined;
  readonly limits?: Partial<S3Limits> | undefined;
}

/** Bounds on memory, concurrency and time. */
export interface S3Limits {
  /** Bytes of a part of a large object; S3 takes no less than 5 MiB but for the last. */
  readonly partBytes: number;
  /** Parts of one object under way at once. */
  readonly partsAtOnce: number;
  /** Objects written at once; more wait. With the two above it bounds what uploads keep in memory. */
  readonly putsAtOnce: number;
  readonly connectMs: number;
  /** For one request with its repetitions, its body included. */
  readonly requestMs: number;
  /** Attempts of one request, the first included. */
  readonly attempts: number;
}

/** At most 4 × (2 + 1) × 8 MiB in memory for uploads: 96 MiB when four large objects are written at once. */
export const S3_LIMITS = {
  partBytes: 8 * 1024 * 1024,
  partsAtOnce: 2,
  putsAtOnce: 4,
  connectMs: 5_000,
  requestMs: 120_000,
  attempts: 4,
} as const satisfies S3Limits;
