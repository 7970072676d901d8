import { generateKek, kekContext, periodOf, type KekScope } from '../vault/envelope.ts';
import type { KeyProvider } from '../vault/key-provider.ts';

/** A key-encryption key in use: the key itself, and its wrapped form as it is stored. */
export interface Kek {
  readonly id: string;
  readonly scope: KekScope;
  readonly key: Buffer;
  readonly provider: string;
  readonly rootKeyId: string;
  readonly wrapped: Buffer;
}

/** Where new recordings get the key that wraps their data keys. */
export interface KekSource {
  /** The key of a scope at a moment; made on first use and kept for the month, or until the root is rotated. */
  current(scope: Omit<KekScope, 'period'>, at: Date): Promise<Kek>;
  /** Lets go of keys whose root is no longer the current one; to be called every few seconds. Errors as `KeyProvider`. */
  renew(at: Date): Promise<void>;
  /** Roots of the keys that are here, or were handed out so recently that they may not be in a manifest yet. */
  rootsInUse(at: Date): Promise<string[]>;
}

/** A call that was given a key has written it into its manifest long before this is over. */
const HANDED_OUT_MS = 5 * 60_000;

/**
 * Keys of this process, made here and wrapped by the root. Capture must go on
 * when the database does not answer, so a key is registered there only with the
 * first recording sealed under it; a scope may therefore have several keys.
 */
export function openKekSource(provider: KeyProvider, newId: (at: Date) => string): KekSource {
  const kept = new Map<string, Promise<Kek>>();
  const released = new Map<string, number>();
  return {
    current(partial, at) {
      const scope: KekScope = { ...partial, period: periodOf(at) };
      const name = kekContext(scope).toString('latin1');
      const known = kept.get(name);
      if (known !== undefined) return known;
      const made = makeKek(provider, scope, newId(at));
      kept.set(name, made);
      made.catch(() => kept.delete(name)); // the next call asks the provider again
      return made;
    },
    async renew(at) {
      const current = await provider.currentKeyId();
      for (const [name, making] of [...kept]) {
        const kek = await making.catch(() => undefined);
        if (kek === undefined || kek.rootKeyId === current || kept.get(name) !== making) continue;
        kept.delete(name);
        released.set(kek.rootKeyId, at.getTime());
      }
    },
    async rootsInUse(at) {
      for (const [root, when] of released) if (at.getTime() - when > HANDED_OUT_MS) released.delete(root);
      const settled = await Promise.allSettled(kept.values());
      const roots = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.rootKeyId] : []));
      return [...new Set([...roots, ...released.keys()])];
    },
  };
}

async function makeKek(provider: KeyProvider, scope: KekScope, id: string): Promise<Kek> {
  const key = generateKek();
  const wrapped = await provider.wrap(key, kekContext(scope));
  return { id, scope, key, provider: wrapped.provider, rootKeyId: wrapped.keyId, wrapped: wrapped.bytes };
}
