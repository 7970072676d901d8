import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AzureVaultDouble } from '../../../../test/support/peers/azure-vault-double.ts';
import { keyProviderConformance } from '../../key-provider.conformance.ts';
import { openAzureKeyVault, type AzureSettings, type OpenAzureOptions } from './azure-key-vault-provider.ts';

const context = Buffer.from('tenant a');
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function newDouble(): Promise<AzureVaultDouble> {
  const double = await AzureVaultDouble.start();
  cleanUp.push(() => double.stop());
  return double;
}

async function open(
  double: AzureVaultDouble,
  kind: AzureSettings['kind'] = 'RSA-HSM',
  options: OpenAzureOptions = { create: true },
) {
  const opened = await openAzureKeyVault(
    { url: double.url, kind, keyName: 'holdfast-root' },
    {
      limits: { timeoutMs: 10_000, pauseMs: 1 },
      credential: double.credential,
      client: double.clientOptions,
      ...options,
    },
  );
  cleanUp.push(() => opened.close());
  return opened.provider;
}

describe.each(['RSA-HSM', 'oct-HSM'] as const)('with keys of the kind %s,', (kind) => {
  keyProviderConformance('Azure Key Vault', async () => {
    const double = await newDouble();
    return {
      provider: await open(double, kind),
      disable() {
        for (const key of double.keys.values()) key.enabled = false;
        return Promise.resolve();
      },
    };
  });
});

describe('root keys in Azure Key Vault', () => {
  it('are made only when asked for, to wrap and unwrap, and cannot be exported', async () => {
    const double = await newDouble();
    await expect(open(double, 'RSA-HSM', {})).rejects.toThrow(/no root key.*holdfast prepare/);
    const provider = await open(double);
    const [key] = double.keys.values();
    expect(key).toMatchObject({
      name: `holdfast-root-${await provider.currentKeyId()}`,
      asked: {
        kty: 'RSA-HSM',
        key_size: 3072,
        key_ops: ['wrapKey', 'unwrapKey'],
        attributes: { exportable: false },
      },
    });
  });

  it('are found over many pages, beside keys of others', async () => {
    const double = await newDouble();
    const provider = await open(double, 'oct-HSM');
    let newest = '';
    for (let count = 0; count < 4; count += 1) newest = await provider.rotate();
    double.keys.set('holdfast-root-of-others', {
      ...[...double.keys.values()][0]!,
      name: 'holdfast-root-of-others',
    });
    expect(await provider.currentKeyId()).toBe(newest);
    expect(newest).toMatch(/^5-/);
  });

  it('open what they wrapped after somebody made a new version of the same key', async () => {
    const double = await newDouble();
    const provider = await open(double, 'oct-HSM');
    const secret = randomBytes(32);
    const wrapped = await provider.wrap(secret, context);
    double.keys.get(`holdfast-root-${wrapped.keyId}`)!.versions.set('ffff', randomBytes(32));
    expect((await provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
    expect((await provider.unwrap(await provider.wrap(secret, context), context)).equals(secret)).toBe(true);
  });

  it('are purged at once where that is allowed', async () => {
    const double = await newDouble();
    const provider = await open(double, 'oct-HSM');
    const old = await provider.currentKeyId();
    await provider.rotate();
    const before = Date.now();
    expect((await provider.destroy(old)).beyondRecoveryAt.getTime()).toBeLessThan(before + 3_600_000);
    expect(double.deleted.size).toBe(0);
  });

  it('are beyond recovery at the vault’s own date where purging is not allowed', async () => {
    const double = await newDouble();
    double.purgeProtection = true;
    const provider = await open(double, 'oct-HSM');
    const old = await provider.currentKeyId();
    await provider.rotate();
    const { beyondRecoveryAt } = await provider.destroy(old);
    expect(beyondRecoveryAt.getTime()).toBeGreaterThan(Date.now() + 89 * 86_400_000);
    expect(await provider.destroy(old)).toEqual({ beyondRecoveryAt });
  });

  it('are not got round when the current one was disabled: an older one does not take its place', async () => {
    const double = await newDouble();
    const provider = await open(double, 'oct-HSM');
    const current = await provider.rotate();
    double.keys.get(`holdfast-root-${current}`)!.enabled = false;
    await expect(provider.wrap(randomBytes(32), context)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(new RegExp(`${current}.*disabled`)),
    });
  });
});

describe('Azure Key Vault with a fault', () => {
  it('is asked again when it fails in passing, and not when it refuses us', async () => {
    const double = await newDouble();
    const provider = await open(double, 'oct-HSM');
    double.faults = 2;
    expect(await provider.currentKeyId()).toMatch(/^1-/);
    double.refusing = true;
    await expect(provider.wrap(randomBytes(32), context)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/refuses.*HTTP 403.*roles/),
    });
  });

  it('is refused when its certificate is not trusted', async () => {
    const double = await newDouble();
    const client = { disableChallengeResourceVerification: true };
    const opening = open(double, 'RSA-HSM', { create: true, client, limits: { attempts: 1 } });
    await expect(opening).rejects.toMatchObject({ code: 'key_unavailable' });
  });
});
