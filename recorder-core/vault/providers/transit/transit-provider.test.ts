import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TransitDouble } from '../../../../test/support/peers/transit-double.ts';
import { keyProviderConformance } from '../../key-provider.conformance.ts';
import { openTransit, type OpenTransitOptions, type TransitSettings } from './transit-provider.ts';
import { VaultClient } from './vault-client.ts';

const context = Buffer.from('tenant a');
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function newDouble(): Promise<TransitDouble> {
  const double = await TransitDouble.start();
  cleanUp.push(() => double.stop());
  return double;
}

async function open(
  double: TransitDouble,
  change: Partial<TransitSettings> = {},
  options: OpenTransitOptions = { create: true },
) {
  const limits = { timeoutMs: 2_000, pauseMs: 1 };
  const opened = await openTransit({ ...double.settings, ...change }, { limits, ...options });
  cleanUp.push(() => opened.close());
  return opened.provider;
}

keyProviderConformance('a transit engine', async () => {
  const double = await newDouble();
  return { provider: await open(double), disable: () => double.stop() };
});

describe('root keys in a transit engine', () => {
  it('are made only when asked for, and are the same for another process', async () => {
    const double = await newDouble();
    await expect(open(double, {}, {})).rejects.toThrow(/no root key.*holdfast prepare/);
    const provider = await open(double);
    expect(await (await open(double, {}, {})).currentKeyId()).toBe(await provider.currentKeyId());
    expect([...double.keys.keys()]).toEqual([`holdfast-root-${await provider.currentKeyId()}`]);
  });

  it('open what they wrapped after somebody rotated within the engine', async () => {
    const double = await newDouble();
    const provider = await open(double);
    const secret = randomBytes(32);
    const before = await provider.wrap(secret, context);
    double.rotateWithin(`holdfast-root-${before.keyId}`);
    const after = await provider.wrap(secret, context);
    expect(after.keyId).toBe(before.keyId);
    for (const wrapped of [before, after])
      expect((await provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
    double.keys.get(`holdfast-root-${before.keyId}`)!.minDecryptionVersion = 2;
    await expect(provider.unwrap(before, context)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/disallowed by policy/),
    });
  });

  it('are not said to be destroyed while they are still there', async () => {
    const double = await newDouble();
    const provider = await open(double);
    const old = await provider.currentKeyId();
    await provider.rotate();
    double.lies = true;
    await expect(provider.destroy(old)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/still in/),
    });
  });
});

describe('a transit engine with a fault', () => {
  it('is asked again when it fails in passing', async () => {
    const double = await newDouble();
    const provider = await open(double);
    double.faults = 2;
    expect(await provider.health()).toMatchObject({ ok: true });
  });

  it.each<[string, Partial<Pick<TransitDouble, 'sealed' | 'faults' | 'tokenLives'>>, RegExp]>([
    ['is sealed', { sealed: true }, /it is sealed/],
    ['fails throughout', { faults: 100 }, /HTTP 500/],
    ['refuses the token', { tokenLives: false }, /token has ended.*transitTokenFile/],
  ])('is not used when it %s, and is used again afterwards', async (_name, fault, message) => {
    const double = await newDouble();
    const provider = await open(double);
    const secret = randomBytes(32);
    const wrapped = await provider.wrap(secret, context);
    Object.assign(double, fault);
    const refused = { code: 'key_unavailable', message: expect.stringMatching(message) };
    await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject(refused);
    expect(await provider.health()).toMatchObject({ ok: false, message: expect.stringMatching(message) });
    Object.assign(double, { sealed: false, faults: 0, tokenLives: true });
    expect((await provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
  });

  it('is not used without a token', async () => {
    const double = await newDouble();
    const provider = await open(double);
    await writeFile(double.settings.tokenFile, '');
    await expect(provider.currentKeyId()).rejects.toThrow(/transitTokenFile/);
  });

  it('is not waited for longer than its deadline', async () => {
    const double = await newDouble();
    const provider = await open(
      double,
      {},
      { create: true, limits: { timeoutMs: 200, attempts: 2, pauseMs: 1 } },
    );
    double.silent = true;
    await expect(provider.currentKeyId()).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringMatching(/did not answer within 0.2 s/),
    });
  });

  it('is refused under another mount, another namespace or without its authority, saying which', async () => {
    const double = await newDouble();
    await expect(open(double, { mount: 'elsewhere' })).rejects.toThrow(/no handler for route/);
    await expect(open(double, { namespace: 'other' })).rejects.toThrow(/refuses/);
    await expect(open(double, { caFile: undefined })).rejects.toThrow(/certificate .* is not trusted/);
    await expect(open(double, { caFile: '/nonexistent' })).rejects.toThrow(/transitCaFile/);
  });
});

describe('the token of a transit engine', () => {
  it('is renewed when it is first used, and not again before half of its life is over', async () => {
    const double = await newDouble();
    const provider = await open(double);
    await provider.health();
    expect(double.renewals).toBe(1);
  });

  it('is renewed again and again while it is used', async () => {
    const double = await newDouble();
    double.leaseSeconds = 0.000_001;
    const provider = await open(double);
    const before = double.renewals;
    await provider.currentKeyId();
    expect(double.renewals).toBe(before + 1);
  });

  it('is renewed later where a passing fault met its renewal, and again when half of its life is over', async () => {
    const double = await newDouble();
    const clock = { at: 0 };
    const limits = { attempts: 1, pauseMs: 1 };
    const client = new VaultClient(double.settings, limits, () => clock.at);
    cleanUp.push(() => client.close());
    double.faults = 1;
    const ask = () => client.ask('GET', 'transit/keys?list=true', 'repeatable');
    await ask();
    expect(double.renewals).toBe(0);
    clock.at = 5_000;
    await ask();
    await ask();
    expect(double.renewals).toBe(1);
    clock.at += double.leaseSeconds * 500;
    await ask();
    expect(double.renewals).toBe(2);
  });

  it('is in no error', async () => {
    const double = await newDouble();
    const provider = await open(double);
    await writeFile(double.settings.tokenFile, 'hvs.not-the-right-one');
    const error: unknown = await provider.currentKeyId().catch((thrown: unknown) => thrown);
    expect(JSON.stringify([String(error), error])).not.toContain('not-the-right-one');
  });
});
