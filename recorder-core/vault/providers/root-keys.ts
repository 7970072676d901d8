/**
 * What HSMs and key services have in common: root keys that lie in the service, one object for each, named by their
 * id, so that one of them can be destroyed and no other goes with it.
 */
import { randomBytes } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../../errors.ts';
import { proveProvider } from '../key-provider-health.ts';
import type { Destruction, KeyProvider, KeyProviderHealth, WrappedKey } from '../key-provider.ts';
import { newestOf, refuseDestruction, rootContext, versionOf } from '../root-key-id.ts';

/** What a service must offer. Errors as in KeyProvider; `keyId` is always one of the form of root-key-id.ts. */
export interface RootKeyService {
  /** The provider's id, stored with every wrapped key. */
  readonly id: string;
  /** What it is, in a sentence: `the HSM token holdfast`. */
  readonly name: string;
  /** Ids of all root keys that are there, asked anew each time: another process may have rotated. */
  list(): Promise<readonly string[]>;
  create(keyId: string): Promise<void>;
  /** Encrypts under the root key, bound to `context`. */
  seal(keyId: string, plaintext: Buffer, context: Buffer): Promise<Buffer>;
  /** @throws key_unavailable when the key is not there, integrity_failed when bytes or context do not fit. */
  open(keyId: string, bytes: Buffer, context: Buffer): Promise<Buffer>;
  /** Destroys the key, or does nothing when it is gone; answers from when on it cannot be brought back. */
  destroy(keyId: string): Promise<Date>;
}

/**
 * A provider over the root keys of a service. With `create`, a service without any gets its first one.
 * @throws key_unavailable when there is none, or when the service cannot be used.
 */
export async function openRootKeys(service: RootKeyService, create: boolean): Promise<KeyProvider> {
  const provider = new RootKeys(service);
  if (create && newestOf(await service.list()) === undefined) await provider.rotate();
  await provider.currentKeyId();
  return provider;
}

class RootKeys implements KeyProvider {
  readonly id: string;
  readonly #service: RootKeyService;

  constructor(service: RootKeyService) {
    this.id = service.id;
    this.#service = service;
  }

  async currentKeyId(): Promise<string> {
    const newest = newestOf(await this.#service.list());
    if (newest !== undefined) return newest;
    throw new HoldfastError(
      'key_unavailable',
      `There is no root key in ${this.#service.name}. A fresh installation gets one by \`holdfast prepare\`; else this is another place than the one that holds your keys: check the settings.`,
    );
  }

  async wrap(plaintext: Buffer, context: Buffer): Promise<WrappedKey> {
    const keyId = await this.currentKeyId();
    const bytes = await this.#service.seal(keyId, plaintext, rootContext(keyId, context));
    return { provider: this.id, keyId, bytes };
  }

  async unwrap({ provider, keyId, bytes }: WrappedKey, context: Buffer): Promise<Buffer> {
    if (provider !== this.id || versionOf(keyId) === undefined)
      throw notHere(`${provider}:${keyId}`, this.#service.name);
    return this.#service.open(keyId, bytes, rootContext(keyId, context));
  }

  health(): Promise<KeyProviderHealth> {
    const { name } = this.#service;
    return proveProvider(this, `${name.charAt(0).toUpperCase()}${name.slice(1)} wraps and unwraps.`);
  }

  async rotate(): Promise<string> {
    const newest = newestOf(await this.#service.list());
    const version = newest === undefined ? 1 : (versionOf(newest) ?? 0) + 1;
    const keyId = `${version}-${randomBytes(6).toString('hex')}`;
    await this.#service.create(keyId);
    // When two processes rotate at once, both keys are there and one of them is current for everybody.
    return this.currentKeyId();
  }

  async destroy(keyId: string): Promise<Destruction> {
    refuseDestruction(keyId, await this.currentKeyId());
    const beyondRecoveryAt = await this.#service.destroy(keyId);
    if (!(await this.#service.list()).includes(keyId)) return { beyondRecoveryAt };
    throw new HoldfastError(
      'unavailable',
      `The root key ${keyId} is still in ${this.#service.name}, although its destruction was answered with success. Nothing may be said to be destroyed; repeat it, and ask whoever runs the service.`,
    );
  }
}

const NOT_HERE = 'not found';

/** Whether an error is that of `notHere`. */
export function isNotHere(error: unknown): boolean {
  return isHoldfastError(error) && error.detail === NOT_HERE;
}

/** The error for a root key that a provider does not have. */
export function notHere(keyId: string, name: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The root key ${keyId} is not in ${name}: it was destroyed, or it is kept elsewhere. What it protects cannot be opened from here; check that the settings name the place that holds the keys of this data.`,
    { detail: NOT_HERE },
  );
}
