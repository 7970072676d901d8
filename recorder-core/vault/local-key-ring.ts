/**
 * The KeyProvider for development and small installations: root keys in one JSON file, mode 0600.
 * Whoever can read the file can read everything; production uses an HSM or a key service.
 *
 * The file is read anew for every use. Uses are rare (key-encryption keys are few), a removed or exposed ring
 * is noticed at once, a rotation by another process is seen, and no root key stays in memory.
 */
import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { RandomBytes } from './chunk-format.ts';
import type { Destruction, KeyProvider, KeyProviderHealth, WrappedKey } from './key-provider.ts';
import type { KeyRing, RootKey } from './key-ring-file.ts';
import { createKeyRingFile, newRootKey, readKeyRingFile, updateKeyRingFile } from './key-ring-file.ts';
import { proveProvider } from './key-provider-health.ts';
import { refuseDestruction, rootContext, versionOf } from './root-key-id.ts';
import { openBox, sealBox } from './sealed-box.ts';

/** How a ring is opened. */
export interface LocalKeyRingOptions {
  /** Make a new ring when there is none. Only for a fresh installation: a new ring opens nothing old. */
  readonly create?: boolean;
  readonly random?: RandomBytes;
  readonly now?: () => Date;
}

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

/** A ring that was opened; see KeyProvider. */
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

  health(): Promise<KeyProviderHealth> {
    return proveProvider(this, 'The local key ring works; it is a file for development.');
  }

  async rotate(): Promise<string> {
    const ring = await updateKeyRingFile(this.#path, this.#random, (before) => {
      const version = (versionOf(currentKey(before).id) ?? 0) + 1;
      return { ...before, rootKeys: [...before.rootKeys, newRootKey(version, this.#random, this.#now())] };
    });
    return currentKey(ring).id;
  }

  /** Writes the ring anew without the key. What the disk and its backups keep of the old file: docs/keys.md. */
  async destroy(keyId: string): Promise<Destruction> {
    await updateKeyRingFile(this.#path, this.#random, (before) => {
      const current = currentKey(before);
      refuseDestruction(keyId, current.id);
      return { ...before, rootKeys: before.rootKeys.filter(({ id }) => id !== keyId) };
    });
    return { beyondRecoveryAt: this.#now() };
  }

  /** The master secret that earlier releases kept in the ring; see installation-secrets.ts. */
  async inheritedMaster(): Promise<Buffer | undefined> {
    return (await readKeyRingFile(this.#path)).masterSecret;
  }
}

function currentKey(ring: KeyRing): RootKey {
  const last = ring.rootKeys.at(-1);
  if (last === undefined) throw new HoldfastError('internal', 'A key ring without keys passed its checks.');
  return last;
}
