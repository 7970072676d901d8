/**
 * The KeyProvider for development and small installations: root keys in one JSON file, mode 0600.
 * Whoever can read the file can read everything; production uses an HSM or a key service.
 *
 * The file is read anew for every use. Uses are rare (key-encryption keys are few), a removed or exposed ring
 * is noticed at once, a rotation by another process is seen, and no root key stays in memory.
 */
import { createPrivateKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { RandomBytes } from './chunk-format.ts';
import { KEY_BYTES } from './chunk-format.ts';
import type { KeyProvider, KeyProviderHealth, WrappedKey } from './key-provider.ts';
import type { KeyRing, RootKey } from './key-ring-file.ts';
import { createKeyRingFile, newRootKey, readKeyRingFile, updateKeyRingFile } from './key-ring-file.ts';
import { lengthPrefixed } from './length-prefixed.ts';
import { openBox, sealBox } from './sealed-box.ts';

/** How a ring is opened. */
export interface LocalKeyRingOptions {
  /** Make a new ring when there is none. Only for a fresh installation: a new ring opens nothing old. */
  readonly create?: boolean;
  readonly random?: RandomBytes;
  readonly now?: () => Date;
}

/** DER frame of a PKCS #8 Ed25519 private key (RFC 8410 section 7); the 32-byte seed follows. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Opens the ring at `path`, with `create` making it atomically: of two processes that start at once, both end
 * up with the same ring.
 * @throws key_unavailable when it is missing, readable by others or damaged.
 */
export async function openLocalKeyRing(
  path: string,
  options: LocalKeyRingOptions = {},
): Promise<LocalKeyRing> {
  const random = options.random ?? randomBytes;
  const now = options.now ?? (() => new Date());
  if (options.create) await createKeyRingFile(path, random, now());
  await readKeyRingFile(path);
  return new LocalKeyRing(path, random, now);
}

/** A ring that was opened; see KeyProvider for wrap and unwrap. Also keeps the installation's other secrets. */
export class LocalKeyRing implements KeyProvider {
  readonly id = 'local';
  readonly #path: string;
  readonly #random: RandomBytes;
  readonly #now: () => Date;

  /** Use openLocalKeyRing, which checks the file first. */
  constructor(path: string, random: RandomBytes, now: () => Date) {
    this.#path = path;
    this.#random = random;
    this.#now = now;
  }

  async currentKeyId(): Promise<string> {
    return currentKey(await readKeyRingFile(this.#path)).id;
  }

  async wrap(plaintext: Buffer, context: Buffer): Promise<WrappedKey> {
    const root = currentKey(await readKeyRingFile(this.#path));
    const bytes = sealBox(root.key, plaintext, rootContext(root.id, context), this.#random);
    return { provider: this.id, keyId: root.id, bytes };
  }

  async unwrap(wrapped: WrappedKey, context: Buffer): Promise<Buffer> {
    const ring = await readKeyRingFile(this.#path);
    const root = ring.rootKeys.find((candidate) => candidate.id === wrapped.keyId);
    if (wrapped.provider !== this.id || root === undefined) {
      throw new HoldfastError(
        'key_unavailable',
        `The root key ${wrapped.provider}:${wrapped.keyId} is not in this key ring, so what it protects cannot be opened. Restore the key ring that belongs to this data.`,
      );
    }
    return openBox(root.key, wrapped.bytes, rootContext(root.id, context));
  }

  async health(): Promise<KeyProviderHealth> {
    const context = Buffer.from('holdfast/health');
    try {
      const probe = this.#random(KEY_BYTES);
      const ok = (await this.unwrap(await this.wrap(probe, context), context)).equals(probe);
      return {
        ok,
        message: ok
          ? 'The local key ring works (for development only).'
          : 'The key ring returned a wrong key.',
      };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : 'The key ring cannot be used.' };
    }
  }

  /** Adds a root key and makes it current; older ones stay, so that everything wrapped before still opens. */
  async rotate(): Promise<string> {
    const ring = await updateKeyRingFile(this.#path, this.#random, (before) => {
      const next = newRootKey(before.rootKeys.length + 1, this.#random, this.#now());
      return { ...before, rootKeys: [...before.rootKeys, next] };
    });
    return currentKey(ring).id;
  }

  /**
   * A secret of `bytes` bytes that is always the same for this ring and name (HKDF-SHA-512), such as
   * `temporal-payload` or `session`. Rotation of the root keys does not change it.
   */
  async secret(name: string, bytes: number): Promise<Buffer> {
    return derive(await readKeyRingFile(this.#path), 'holdfast/secret/v1', name, bytes);
  }

  /**
   * The Ed25519 private key of this ring for `name`, always the same, such as the one that signs ledger
   * checkpoints. Put a version into the name to be able to change it (`ledger-1`).
   */
  async signingKey(name: string): Promise<KeyObject> {
    const seed = derive(await readKeyRingFile(this.#path), 'holdfast/signing-key/v1', name, 32);
    return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
  }
}

function currentKey(ring: KeyRing): RootKey {
  const last = ring.rootKeys.at(-1);
  if (last === undefined) throw new HoldfastError('internal', 'A key ring without keys passed its checks.');
  return last;
}

function rootContext(keyId: string, context: Buffer): Buffer {
  return Buffer.concat([lengthPrefixed('holdfast/root/v1', [['keyId', keyId]]), context]);
}

function derive(ring: KeyRing, domain: string, name: string, bytes: number): Buffer {
  return Buffer.from(
    hkdfSync('sha512', ring.masterSecret, '', lengthPrefixed(domain, [['name', name]]), bytes),
  );
}
