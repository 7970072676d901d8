import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import type { S3Bucket } from './s3-bucket.ts';

/** The store's own time, which its locks go by; whole seconds, as HTTP tells it. Errors as S3Bucket.ask. */
export async function storeClock(bucket: S3Bucket): Promise<Date> {
  let told: string | undefined;
  const command = new HeadBucketCommand({ Bucket: bucket.name });
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      told = (result.response as { headers?: Record<string, string> }).headers?.['date'];
      return result;
    },
    { step: 'deserialize' },
  );
  await bucket.ask((client, abortSignal) => client.send(command, { abortSignal }));
  const at = new Date(told ?? Number.NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw new HoldfastError(
    'unavailable',
    'The object store does not say what time it has (the Date header), so its locks cannot be judged. See what stands between.',
  );
}
