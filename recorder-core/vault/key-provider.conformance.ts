/** What every KeyProvider must do; each implementation's test calls this with a way to make one. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { KeyProvider } from './key-provider.ts';

/** A provider under test, with the acts that only its owner can do. */
export interface ProviderUnderTest {
  readonly provider: KeyProvider;
  /** Makes the root of trust unusable: file gone, token removed, key disabled. */
  disable(): Promise<void>;
}

/** Cases that a stand-in for a service cannot show, each with the reason; a service itself has none. */
export interface Bypassed {
  /** It opens what a destroyed key wrapped. */
  readonly destroyed?: string;
  /** It goes on with a key that was disabled. */
  readonly disabled?: string;
}

/** Registers the suite; `make` returns a fresh provider for each test. */
export function keyProviderConformance(
  name: string,
  make: () => Promise<ProviderUnderTest>,
  bypassed: Bypassed = {},
): void {
  describe(`${name} as a key provider`, () => {
    wrappingTests(make);
    rotationTests(make);
    destructionTests(make, bypassed.destroyed);
    failureTests(make, bypassed.disabled);
  });
}

/** A test, or the word why it is none. */
function caseOf(title: string, reason: string | undefined, work: () => Promise<void>): void {
  if (reason === undefined) it(title, work);
  else it.skip(`${title} (bypassed: ${reason})`, () => undefined);
}

const context = Buffer.from('tenant a, 2026-07');

function wrappingTests(make: () => Promise<ProviderUnderTest>): void {
  it('gives back what it wrapped, and the wrapped bytes do not contain it', async () => {
    const { provider } = await make();
    const secret = randomBytes(32);
    const wrapped = await provider.wrap(secret, context);
    expect(wrapped).toMatchObject({ provider: provider.id, keyId: await provider.currentKeyId() });
    expect(wrapped.bytes.includes(secret)).toBe(false);
    expect((await provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
  });

  it('wraps the same secret differently each time', async () => {
    const { provider } = await make();
    const secret = randomBytes(32);
    const [one, two] = [await provider.wrap(secret, context), await provider.wrap(secret, context)];
    expect(one.bytes.equals(two.bytes)).toBe(false);
  });

  it('refuses another context and changed bytes', async () => {
    const { provider } = await make();
    const wrapped = await provider.wrap(randomBytes(32), context);
    const refused = { code: 'integrity_failed' };
    await expect(provider.unwrap(wrapped, Buffer.from('tenant b'))).rejects.toMatchObject(refused);
    for (const at of [0, Math.floor(wrapped.bytes.length / 2), wrapped.bytes.length - 1]) {
      const bytes = Buffer.from(wrapped.bytes);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      await expect(provider.unwrap({ ...wrapped, bytes }, context)).rejects.toMatchObject(refused);
    }
    const cut = { ...wrapped, bytes: wrapped.bytes.subarray(0, 5) };
    await expect(provider.unwrap(cut, context)).rejects.toMatchObject(refused);
  });
}

function rotationTests(make: () => Promise<ProviderUnderTest>): void {
  it('still opens what was wrapped before a rotation, and wraps under the new key', async () => {
    const { provider } = await make();
    const secret = randomBytes(32);
    const before = await provider.wrap(secret, context);
    const rotated = await provider.rotate();
    expect(await provider.currentKeyId()).toBe(rotated);
    const after = await provider.wrap(secret, context);
    expect(after.keyId).toBe(rotated);
    expect(rotated).not.toBe(before.keyId);
    expect((await provider.unwrap(before, context)).equals(secret)).toBe(true);
    expect((await provider.unwrap(after, context)).equals(secret)).toBe(true);
  });

  it('serves wraps and unwraps while it rotates', async () => {
    const { provider } = await make();
    const secret = randomBytes(32);
    const roundTrips = Array.from({ length: 6 }, async () => {
      const wrapped = await provider.wrap(secret, context);
      return (await provider.unwrap(wrapped, context)).equals(secret);
    });
    const rotation = provider.rotate();
    expect(await Promise.all(roundTrips)).toEqual(Array.from({ length: 6 }, () => true));
    const rotated = await rotation;
    expect(await provider.currentKeyId()).toBe(rotated);
  });
}

function destructionTests(make: () => Promise<ProviderUnderTest>, destroyed: string | undefined): void {
  const title =
    'never opens again what was wrapped under a destroyed root key, naming it, and opens the rest';
  caseOf(title, destroyed, async () => {
    const { provider } = await make();
    const secret = randomBytes(32);
    const first = await provider.wrap(secret, context);
    await provider.rotate();
    const second = await provider.wrap(secret, context);
    await provider.rotate();
    const third = await provider.wrap(secret, context);
    const { beyondRecoveryAt } = await provider.destroy(second.keyId);
    expect(Number.isNaN(beyondRecoveryAt.getTime())).toBe(false);
    await expect(provider.unwrap(second, context)).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringContaining(second.keyId),
    });
    for (const wrapped of [first, third])
      expect((await provider.unwrap(wrapped, context)).equals(secret)).toBe(true);
    expect(await provider.health()).toMatchObject({ ok: true });
  });

  it('answers the second destruction of a key as the first', async () => {
    const { provider } = await make();
    const old = await provider.currentKeyId();
    await provider.rotate();
    const first = await provider.destroy(old);
    const second = await provider.destroy(old);
    expect(second.beyondRecoveryAt.getTime()).toBeGreaterThanOrEqual(first.beyondRecoveryAt.getTime());
  });

  it('does not destroy the current root key, nor one that it never had', async () => {
    const { provider } = await make();
    const current = await provider.currentKeyId();
    await expect(provider.destroy(current)).rejects.toMatchObject({ code: 'conflict' });
    await expect(provider.destroy('no-such-key')).rejects.toMatchObject({ code: 'not_found' });
    expect(await provider.currentKeyId()).toBe(current);
    expect(await provider.health()).toMatchObject({ ok: true });
  });
}

function failureTests(make: () => Promise<ProviderUnderTest>, disabled: string | undefined): void {
  it('refuses what another provider or an unknown root key wrapped, naming the key', async () => {
    const { provider } = await make();
    const wrapped = await provider.wrap(randomBytes(32), context);
    const refused = { code: 'key_unavailable', message: expect.stringContaining('no-such-key') };
    await expect(provider.unwrap({ ...wrapped, keyId: 'no-such-key' }, context)).rejects.toMatchObject(
      refused,
    );
    await expect(provider.unwrap({ ...wrapped, provider: 'elsewhere' }, context)).rejects.toMatchObject({
      code: 'key_unavailable',
    });
  });

  caseOf('fails loudly and tells so in its health when its root is gone', disabled, async () => {
    const { provider, disable } = await make();
    expect(await provider.health()).toMatchObject({ ok: true });
    const wrapped = await provider.wrap(randomBytes(32), context);
    await disable();
    await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'key_unavailable' });
    await expect(provider.wrap(randomBytes(32), context)).rejects.toMatchObject({ code: 'key_unavailable' });
    expect(await provider.health()).toMatchObject({ ok: false, message: expect.stringMatching(/\w/) });
  });
}
