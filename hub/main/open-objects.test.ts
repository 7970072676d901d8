import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { S3ObjectStore } from '../../recorder-core/vault/s3/s3-object-store.ts';
import { isPassing, openObjects, type ObjectSettings } from './open-objects.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-objects-'));
});
afterAll(() => rm(folder, { recursive: true }));

function settings(change: Partial<ObjectSettings>): ObjectSettings {
  const none = undefined;
  return {
    data: folder,
    objects: none,
    objectLock: 'none',
    s3Endpoint: none,
    s3Region: none,
    s3PathStyle: false,
    s3CaFile: none,
    s3AccessKeyId: none,
    s3SecretAccessKey: none,
    s3KmsKeyId: none,
    ...change,
  };
}

describe('the configured object store', () => {
  test('is a folder below the data folder where nothing else is said, and says that it has no lock', async () => {
    const { store, check } = await openObjects(settings({}));
    expect({ place: store.place, lock: store.lock }).toEqual({
      place: `the folder ${folder}/objects`,
      lock: undefined,
    });
    expect((await stat(join(folder, 'objects'))).isDirectory()).toBe(true);
    await check();
  });

  test('is a bucket where the address says s3, with prefix, key and lock as they are set', async () => {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, 'PEM');
    const { store, close } = await openObjects(
      settings({
        objects: 's3://calls.example/eu/one/',
        objectLock: 'compliance',
        s3Endpoint: 'https://store.example:9000',
        s3CaFile: ca,
        s3AccessKeyId: 'id',
        s3SecretAccessKey: 'do-not-tell',
        s3KmsKeyId: 'key-7',
      }),
    );
    expect(store).toMatchObject({
      place: 's3://calls.example/eu/one at store.example:9000',
      lock: { mode: 'compliance' },
    });
    const { bucket } = store as S3ObjectStore;
    expect(bucket.settings).toMatchObject({ prefix: 'eu/one', ca: 'PEM' });
    expect(bucket.encryption).toEqual({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-7' });
    expect(store.place).not.toContain('do-not-tell');
    close();
  });

  test.each([
    [{ objectLock: 'governance' }, 'objectLock', /folder has no lock/],
    [{ objects: 's3://' }, 'objects', /s3:\/\/bucket/],
    [{ objects: 's3://Bucket' }, 'objects', /s3:\/\/bucket/],
    [{ objects: 's3://bucket/../other' }, 'objects', /s3:\/\/bucket/],
    [{ objects: 's3://bucket', s3AccessKeyId: 'id' }, 's3AccessKeyId', /both/],
    [{ objects: 's3://bucket', s3CaFile: '/no/such.pem' }, 's3CaFile', /cannot be read/],
  ] as [Partial<ObjectSettings>, string, RegExp][])(
    'is refused where settings contradict each other: %j',
    async (change, field, sentence) => {
      await expect(openObjects(settings(change))).rejects.toMatchObject({
        code: 'config_invalid',
        field,
        message: expect.stringMatching(sentence) as unknown,
      });
    },
  );

  test('that cannot be reached is told from one that must not be used', async () => {
    const { check, close } = await openObjects(
      settings({
        objects: 's3://bucket',
        s3Endpoint: 'http://127.0.0.1:9',
        s3AccessKeyId: 'a',
        s3SecretAccessKey: 'b',
      }),
    );
    const refusal: unknown = await check().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'unavailable' });
    expect(isPassing(refusal)).toBe(true);
    close();
  });
});
