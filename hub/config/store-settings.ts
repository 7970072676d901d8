import { z } from 'zod';
import { setting, text, type Setting } from './setting.ts';

/** Settings of spool and object store; a part of `SETTINGS`. docs/object-stores.md. */
export const STORE_SETTINGS = {
  spool: setting(text.optional(), 'Folder of the encrypted spool; default <data>/spool.', { flag: 'spool' }),
  objects: setting(
    text.optional(),
    'Where sealed parts stay: a folder, by default <data>/objects, or s3://bucket/prefix; docs/object-stores.md.',
    { flag: 'objects' },
  ),
  objectLock: setting(
    z.enum(['none', 'governance', 'compliance']).default('none'),
    'Lock that retained objects get in an S3 store until their floor: `compliance` nobody can lift, `governance` people with a special permission can. The bucket must be made with object lock.',
    { flag: 'object-lock' },
  ),
  s3Endpoint: setting(z.url().optional(), "Address of an S3 store that is not Amazon's.", {
    flag: 's3-endpoint',
  }),
  s3Region: setting(text.optional(), 'Region of the bucket.', { flag: 's3-region' }),
  s3PathStyle: setting(
    z.stringbool().default(false),
    'Whether the bucket stands in the path instead of the host name, as most stores of your own want it.',
    { flag: 's3-path-style' },
  ),
  s3CaFile: setting(
    text.optional(),
    "PEM file with the certificates that the S3 endpoint is checked against, in place of the system's.",
    { flag: 's3-ca-file' },
  ),
  s3AccessKeyId: setting(
    text.optional(),
    'Access key for the S3 store. Without it the AWS SDK looks where it always does: AWS_ variables, shared files, container, instance.',
    { secret: true },
  ),
  s3SecretAccessKey: setting(text.optional(), 'Secret of that access key.', { secret: true }),
  s3KmsKeyId: setting(
    text.optional(),
    'Id or ARN of a key under which the S3 store encrypts besides (SSE-KMS); parts are encrypted before they get there in any case.',
    { flag: 's3-kms-key-id' },
  ),
} satisfies Record<string, Setting>;
