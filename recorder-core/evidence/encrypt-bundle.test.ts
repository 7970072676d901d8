import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { describe, expect, test } from '@jest/globals';
import { HoldfastError } from '../errors.ts';
import { encryptBundle, parseRecipient } from './encrypt-bundle.ts';
import { makeCertificate } from './testing/make-certificate.ts';

const NOW = new Date('2026-11-26T10:00:00Z');

async function* pieces(count: number, size = 70_001): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i += 1) yield await Promise.resolve(Buffer.alloc(size, i));
}

async function newPair(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

async function open(bytes: Buffer, identity: string): Promise<Buffer> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(bytes));
}

describe('a bundle encrypted to an age recipient', () => {
  test('opens for that recipient and no other, at any size', async () => {
    const { identity, recipient } = await newPair();
    const { identity: stranger } = await newPair();
    for (const count of [0, 1, 3]) {
      const plain = Buffer.concat(await Array.fromAsync(pieces(count)));
      const { bytes, keyEnvelope } = await encryptBundle(pieces(count), parseRecipient(recipient, NOW));
      const encrypted = Buffer.concat(await Array.fromAsync(bytes));
      expect(keyEnvelope).toBeNull();
      expect(await open(encrypted, identity)).toEqual(plain);
      await expect(open(encrypted, stranger)).rejects.toThrow();
    }
  });

  test('fails as its source fails, and what came before opens for nobody', async () => {
    const { identity, recipient } = await newPair();
    const failure = new HoldfastError('integrity_failed', 'A part is damaged.');
    async function* failing(): AsyncGenerator<Buffer> {
      yield* pieces(3);
      throw failure;
    }
    const { bytes } = await encryptBundle(failing(), parseRecipient(recipient, NOW));
    const came: Buffer[] = [];
    const reading = (async () => {
      for await (const piece of bytes) came.push(piece);
    })();
    await expect(reading).rejects.toBe(failure);
    await expect(open(Buffer.concat(came), identity)).rejects.toThrow();
  });

  test('lets go of its source when nobody reads on, and asks it for no more than is read', async () => {
    const { recipient } = await newPair();
    let asked = 0;
    let ended: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          asked += 1;
          yield await Promise.resolve(Buffer.alloc(100_000));
        }
      } finally {
        ended();
      }
    }
    const { bytes } = await encryptBundle(endless(), parseRecipient(recipient, NOW));
    let read = 0;
    for await (const piece of bytes) {
      read += piece.length;
      if (read > 1_000_000) break;
    }
    await end;
    expect(asked).toBeLessThan(20);
  });
});

test('a bundle for a certificate has a key of its own each time, and not in the clear', async () => {
  const recipient = parseRecipient((await makeCertificate()).pem, NOW);
  const [one, two] = [await encryptBundle(pieces(1), recipient), await encryptBundle(pieces(1), recipient)];
  expect(one.keyEnvelope?.includes('AGE-SECRET-KEY')).toBe(false);
  expect(one.keyEnvelope?.equals(two.keyEnvelope ?? Buffer.alloc(0))).toBe(false);
});
