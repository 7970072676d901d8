/** The port to the root of trust: the place that holds the keys which never leave it. */

/** A key encrypted by a provider, and what is needed to ask for it back. Safe to store and to back up. */
export interface WrappedKey {
  /** The provider's `id`; another provider refuses it. */
  readonly provider: string;
  /** Which root key, in which version, wrapped it. */
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** The truth about a provider at this moment, for readiness and the operator. */
export interface KeyProviderHealth {
  readonly ok: boolean;
  /** One sentence: what works, or what does not and what to do. */
  readonly message: string;
}

/**
 * Wraps and unwraps key-encryption keys. Every implementation passes key-provider.conformance.ts.
 *
 * Errors: key_unavailable when the root key or the provider cannot be used now (missing, wrong, disabled,
 * unreachable), integrity_failed when the key is there but the wrapped bytes or the context do not fit.
 */
export interface KeyProvider {
  /** Stable name of this provider and instance; stored with every wrapped key. */
  readonly id: string;
  /** The root key that `wrap` uses now; changes on rotation, by whichever process rotates. */
  currentKeyId(): Promise<string>;
  /** Encrypts `plaintext` (up to 4 KiB) under the current root key, bound to `context`. */
  wrap(plaintext: Buffer, context: Buffer): Promise<WrappedKey>;
  /** Gives back what was wrapped under any root key not yet destroyed; `context` must be the same bytes. */
  unwrap(wrapped: WrappedKey, context: Buffer): Promise<Buffer>;
  /** Proves by a real wrap and unwrap that the provider works; never throws. */
  health(): Promise<KeyProviderHealth>;
  /** Makes a new root key and makes it current; older ones still unwrap. Answers its id. Not idempotent. */
  rotate(): Promise<string>;
  /**
   * Destroys a root key for ever: what was wrapped under it is `key_unavailable` from now on, other root keys
   * are untouched. Wrap anew first what must survive, and only when no process wraps under it any more.
   * Idempotent. The provider's own backups are not reached; docs/keys.md says for each what remains.
   * @throws conflict for the current root key, not_found for a key that this provider never had.
   */
  destroy(keyId: string): Promise<Destruction>;
}

/** What became of a destroyed root key. */
export interface Destruction {
  /** From when on nobody can bring it back; later than now where the service has a waiting time. */
  readonly beyondRecoveryAt: Date;
}
