/**
 * The installation's secrets that are no keys of recordings: what signs ledger checkpoints, what encrypts
 * Temporal's payloads. All are derived from one master secret, which is stored wrapped by the key provider.
 */
import { createPrivateKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { RandomBytes } from './chunk-format.ts';
import { KEY_BYTES } from './chunk-format.ts';
import type { KeyProvider, WrappedKey } from './key-provider.ts';
import { lengthPrefixed } from './length-prefixed.ts';

/** Where the one wrapped master secret of an installation is kept; all its processes see the same. */
export interface SecretStore {
  read(): Promise<WrappedKey | undefined>;
  /** Does nothing when there is one already, also when two processes try at once. */
  add(wrapped: WrappedKey): Promise<void>;
  /** Puts `after` in the place of `before`; does nothing when it is no longer `before` that stands there. */
  replace(before: WrappedKey, after: WrappedKey): Promise<void>;
}

/** How the secrets are opened. */
export interface InstallationSecretsOptions {
  /** Make a master secret when there is none. Only for a fresh installation: a new one opens nothing old. */
  readonly create?: boolean;
  /** The master secret of an earlier release, which becomes the stored one where none is stored yet. */
  readonly inherited?: Buffer | undefined;
  readonly random?: RandomBytes;
}

/** DER frame of a PKCS #8 Ed25519 private key (RFC 8410 section 7); the 32-byte seed follows. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Opens the secrets; of several processes that make them at once, all end up with the same.
 * @throws key_unavailable when there are none and none may be made, or when the provider cannot open them;
 * integrity_failed when they were changed.
 */
export async function openInstallationSecrets(
  store: SecretStore,
  provider: KeyProvider,
  options: InstallationSecretsOptions = {},
): Promise<InstallationSecrets> {
  if ((await store.read()) === undefined) {
    const master =
      options.inherited ?? (options.create ? (options.random ?? randomBytes)(KEY_BYTES) : undefined);
    if (master !== undefined) await store.add(await provider.wrap(master, masterContext()));
  }
  const wrapped = await store.read();
  if (wrapped === undefined) {
    throw new HoldfastError(
      'key_unavailable',
      "There is no master secret of this installation, so its ledger cannot be signed and Temporal's payloads cannot be read. Run `holdfast prepare` for a fresh installation, or restore the table installation_secret from a backup.",
    );
  }
  return new InstallationSecrets(await provider.unwrap(wrapped, masterContext()));
}

/** Wraps the master secret under the current root key; the secrets stay the same. Does nothing when it is so already. */
export async function rewrapInstallationSecrets(store: SecretStore, provider: KeyProvider): Promise<void> {
  const before = await store.read();
  if (before === undefined || before.keyId === (await provider.currentKeyId())) return;
  const master = await provider.unwrap(before, masterContext());
  await store.replace(before, await provider.wrap(master, masterContext()));
}

/** Secrets by name; the same for the life of the installation. */
export class InstallationSecrets {
  readonly #master: Buffer;

  /** Use openInstallationSecrets. */
  constructor(master: Buffer) {
    this.#master = master;
  }

  /** A secret of `bytes` bytes for `name` (HKDF-SHA-512), such as `temporal-payload-1`. */
  secret(name: string, bytes: number): Buffer {
    return this.#derive('holdfast/secret/v1', name, bytes);
  }

  /**
   * The Ed25519 private key for `name`, such as the one that signs ledger checkpoints. Put a version into the
   * name to be able to change it (`ledger-1`).
   */
  signingKey(name: string): KeyObject {
    const seed = this.#derive('holdfast/signing-key/v1', name, 32);
    return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
  }

  #derive(domain: string, name: string, bytes: number): Buffer {
    const info = lengthPrefixed(domain, [['name', name]]);
    return Buffer.from(hkdfSync('sha512', this.#master, '', info, bytes));
  }
}

function masterContext(): Buffer {
  return lengthPrefixed('holdfast/installation-secret/v1', [['name', 'master']]);
}
