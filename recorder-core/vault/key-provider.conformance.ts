/** What every KeyProvider must do; each implementation's test calls this with a way to make one. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { KeyProvider } from './key-provider.ts';

/** A provider under test, with the acts that only its owner can do. */
export interface ProviderUnderTest {
  readonly provider: KeyProvider;
  /** Makes a new root key the current one. */
  rotate(): Promise<void>;
  /** Makes the root of trust unusable: file gone, token removed, key disabled. */
  disable(): Promise<void>;
}

/** Registers the suite; `make` returns a fresh provider for each test. */
export function keyProviderConformance(name: string, make: () => Promise<ProviderUnderTest>): void {
  describe(`${name} as a key provider`, () => {
    wrappingTests(make);
    rotationAndFailureTests(make);
  });
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

function rotationAndFailureTests(make: () => Promise<ProviderUnderTest>): void {
  it('still opens what was wrapped before a rotation, and wraps under the new key', async () => {
    const { provider, rotate } = await make();
    const secret = randomBytes(32);
    const before = await provider.wrap(secret, context);
    await rotate();
    const after = await provider.wrap(secret, context);
    expect(after.keyId).not.toBe(before.keyId);
    expect((await provider.unwrap(before, context)).equals(secret)).toBe(true);
    expect((await provider.unwrap(after, context)).equals(secret)).toBe(true);
  });

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

  it('fails loudly and tells so in its health when its root is gone', async () => {
    const { provider, disable } = await make();
    expect(await provider.health()).toMatchObject({ ok: true });
    const wrapped = await provider.wrap(randomBytes(32), context);
    await disable();
    await expect(provider.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'key_unavailable' });
    await expect(provider.wrap(randomBytes(32), context)).rejects.toMatchObject({ code: 'key_unavailable' });
    expect(await provider.health()).toMatchObject({ ok: false, message: expect.stringMatching(/\w/) });
  });
}
