/**
 * Keeps unwrapped key-encryption keys for a short time, so that a playback does not ask a remote key service each
 * time. What is kept lives in this process's memory only, for `ttlMs` at most, and is overwritten when it is forgotten.
 */
import { createHash } from 'node:crypto';
import type { KeyProvider, WrappedKey } from './key-provider.ts';

/** A provider that remembers what it unwrapped. */
export interface CachingKeyProvider extends KeyProvider {
  /**
   * Forgets the wrapped key, or all that a root key wrapped, or everything; also what is being unwrapped at this
   * moment. Answers how many keys were forgotten. The next unwrap asks the provider again.
   */
  evict(what?: WrappedKey | { readonly keyId: string }): number;
}

/** Bounds of what is kept. */
export interface CacheOptions {
  /** How long an unwrapped key is kept, in milliseconds; with 0 none is. */
  readonly ttlMs: number;
  /** How many are kept; the oldest goes first. */
  readonly maximum?: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
}

interface Kept {
  readonly keyId: string;
  readonly until: number;
  readonly key: Promise<Buffer>;
}

/**
 * Wraps `provider`. Unwraps of one key at once ask the provider once; a failed one is not kept. Destroying a root key
 * evicts what it wrapped, in this process.
 */
export function cacheKeys(provider: KeyProvider, options: CacheOptions): CachingKeyProvider {
  const { ttlMs, maximum = 1_000, now = () => performance.now() } = options;
  const kept = new Map<string, Kept>();
  const forget = (name: string, entry: Kept): void => {
    if (kept.get(name) === entry) kept.delete(name);
    // Whoever waits for it has asked before this, and so makes its copy before this.
    entry.key.then(
      (key) => key.fill(0),
      () => undefined,
    );
  };
  const evict: CachingKeyProvider['evict'] = (what) => {
    const before = kept.size;
    for (const [name, entry] of kept) {
      const isMeant = entry.keyId === what?.keyId && (!('bytes' in what) || name.startsWith(digest(what)));
      if (what === undefined || isMeant) forget(name, entry);
    }
    return before - kept.size;
  };
  return {
    id: provider.id,
    currentKeyId: () => provider.currentKeyId(),
    wrap: (plaintext, context) => provider.wrap(plaintext, context),
    health: () => provider.health(),
    rotate: () => provider.rotate(),
    async destroy(keyId) {
      const destruction = await provider.destroy(keyId);
      evict({ keyId });
      return destruction;
    },
    async unwrap(wrapped, context) {
      const name = `${digest(wrapped)}/${createHash('sha256').update(context).digest('hex')}`;
      const known = kept.get(name);
      if (known !== undefined && known.until > now()) return Buffer.from(await known.key);
      if (known !== undefined) forget(name, known);
      if (ttlMs === 0) return provider.unwrap(wrapped, context);
      const entry = { keyId: wrapped.keyId, until: now() + ttlMs, key: provider.unwrap(wrapped, context) };
      const drop = (): void => {
        forget(name, entry);
      };
      kept.set(name, entry);
      setTimeout(drop, ttlMs).unref();
      entry.key.catch(drop);
      const [oldest] = kept;
      if (kept.size > maximum && oldest !== undefined) forget(...oldest);
      return Buffer.from(await entry.key);
    },
    evict,
  };
}

function digest({ provider, keyId, bytes }: WrappedKey): string {
  const names = createHash('sha256').update(`${provider}\0${keyId}\0`);
  return names.update(bytes).digest('hex');
}
