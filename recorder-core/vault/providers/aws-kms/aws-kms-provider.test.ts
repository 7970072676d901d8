import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { KmsDouble } from '../../../../test/support/peers/kms-double.ts';
import { keyProviderConformance } from '../../key-provider.conformance.ts';
import { openAwsKms, type AwsKmsSettings, type OpenAwsKmsOptions } from './aws-kms-provider.ts';

const DAY_MS = 86_400_000;
const ALIAS = 'alias/holdfast-root';
const context = Buffer.from('tenant a');
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function newDouble(): Promise<KmsDouble> {
  const double = await KmsDouble.start();
  cleanUp.push(() => double.stop());
  return double;
}

async function open(
  double: KmsDouble,
  options: OpenAwsKmsOptions = { create: true },
  change: Partial<AwsKmsSettings> = {},
) {
  const settings = {
    region: 'eu-central-1',
    endpoint: double.url,
    keyName: 'holdfast-root',
    deletionDays: 7,
  };
  const opened = await openAwsKms(
    { ...settings, ...change },
    {
      credentials: { accessKeyId: 'test', secretAccessKey: 'test-secret' },
      limits: { timeoutMs: 2_000, pauseMs: 1 },
      ...options,
    },
  );
  cleanUp.push(() => opened.close());
  return opened.provider;
}

keyProviderConformance('AWS KMS', async () => {
  const double = await newDouble();
  const provider = await open(double);
  return {
    provider,
    disable() {
      for (const key of double.keys.values()) key.state = 'Disabled';
      return Promise.resolve();
    },
  };
});

describe('root keys in AWS KMS', () => {
  it('are made only when asked for, tagged, and shown by the alias', async () => {
    const double = await newDouble();
    await expect(open(double, {})).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringContaining(ALIAS),
    });
    const provider = await open(double);
    const keyId = await provider.currentKeyId();
    expect(double.aliases.get(ALIAS)).toBe(keyId);
    expect(double.keys.get(keyId)?.tags).toEqual([{ TagKey: 'holdfast-root', TagValue: 'holdfast-root' }]);
    expect(await (await open(double)).currentKeyId()).toBe(keyId);
    expect(double.keys.size).toBe(1);
  });

  it('see the context as a digest only, for the service writes it into its log', async () => {
    const double = await newDouble();
    await (await open(double)).wrap(randomBytes(32), Buffer.from('tenant-4711'));
    expect(double.contexts).toEqual([{ 'holdfast:context': expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('are beyond recovery when the waiting time of the service is over, not before', async () => {
    const double = await newDouble();
    const provider = await open(double, undefined, { deletionDays: 12 });
    const old = await provider.currentKeyId();
    await provider.rotate();
    const before = Date.now();
    const { beyondRecoveryAt } = await provider.destroy(old);
    expect(beyondRecoveryAt.getTime()).toBeGreaterThanOrEqual(before + 12 * DAY_MS - 1_000);
    expect(await provider.destroy(old)).toEqual({ beyondRecoveryAt });
    expect(double.keys.get(old)?.state).toBe('PendingDeletion');
  });

  it('are not destroyed when they are another program’s', async () => {
    const double = await newDouble();
    const provider = await open(double);
    const foreign = double.addForeignKey();
    await expect(provider.destroy(foreign)).rejects.toMatchObject({ code: 'not_found' });
    expect(double.keys.get(foreign)?.state).toBe('Enabled');
  });

  it('are refused when they have replicas in other regions', async () => {
    const double = await newDouble();
    const provider = await open(double);
    double.aliases.set(ALIAS, double.addForeignKey(true));
    for (const use of [provider.currentKeyId(), provider.wrap(randomBytes(32), context), open(double)])
      await expect(use).rejects.toMatchObject({
        code: 'key_unavailable',
        message: expect.stringMatching(/multi-region/),
      });
  });

  it('work again when they were enabled again', async () => {
    const double = await newDouble();
    const provider = await open(double);
    const secret = randomBytes(32);
    const wrapped = await provider.wrap(secret, context);
    const key = double.keys.get(wrapped.keyId)!;
    key.state = 'Disabled';
    await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(new RegExp(`${wrapped.keyId}.*DisabledException.*Enable it`)),
    });
    key.state = 'Enabled';
    expect((await provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
  });
});

describe('AWS KMS with a fault', () => {
  it.each([
    ['throttles', { name: 'ThrottlingException', times: 2 }],
    ['has a fault of its own', { name: 'KMSInternalException', status: 500, times: 2 }],
  ])('is asked again when it %s', async (_name, refuse) => {
    const double = await newDouble();
    const provider = await open(double);
    double.refuse = refuse;
    expect(await provider.currentKeyId()).toBe(double.aliases.get(ALIAS));
    expect(double.refuse.times).toBe(0);
  });

  it('is asked once to make a key: a repeated question could make two', async () => {
    const double = await newDouble();
    const provider = await open(double);
    double.refuse = { name: 'KMSInternalException', status: 500, times: 1 };
    await expect(provider.rotate()).rejects.toMatchObject({ code: 'key_unavailable' });
    expect(double.keys.size).toBe(1);
  });

  it('is not asked again when it refuses us, and says so', async () => {
    const double = await newDouble();
    const provider = await open(double);
    double.refuse = { name: 'AccessDeniedException', times: 5 };
    await expect(provider.wrap(randomBytes(32), context)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/AccessDeniedException.*policies/),
    });
    expect(double.refuse.times).toBe(4);
    double.refuse = undefined;
    const credentials = { accessKeyId: 'wrong', secretAccessKey: 'do-not-show-this' };
    const error: unknown = await open(double, { credentials }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'key_unavailable' });
    expect(JSON.stringify([String(error), error])).not.toContain('do-not-show-this');
  });

  it('is not waited for longer than its deadline, nor when it is not there', async () => {
    const double = await newDouble();
    const provider = await open(double, {
      create: true,
      limits: { timeoutMs: 300, attempts: 2, pauseMs: 1 },
    });
    double.silent = true;
    await expect(provider.currentKeyId()).rejects.toThrow(/did not answer within 0.3 s/);
    await double.stop();
    cleanUp.shift();
    await expect(provider.currentKeyId()).rejects.toMatchObject({ code: 'key_unavailable' });
  });
});
