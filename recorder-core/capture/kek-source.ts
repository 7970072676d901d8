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
  /** The key of a scope at a moment; made on first use and kept for the month. */
  current(scope: Omit<KekScope, 'period'>, at: Date): Promise<Kek>;
}

/**
 * Keys of this process, made here and wrapped by the root. Capture must go on
 * when the database does not answer, so a key is registered there only with the
 * first recording sealed under it; a scope may therefore have several keys.
 */
export function openKekSource(provider: KeyProvider, newId: (at: Date) => string): KekSource {
  const kept = new Map<string, Promise<Kek>>();
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
  };
}

async function makeKek(provider: KeyProvider, scope: KekScope, id: string): Promise<Kek> {
  const key = generateKek();
  const wrapped = await provider.wrap(key, kekContext(scope));
  return { id, scope, key, provider: wrapped.provider, rootKeyId: wrapped.keyId, wrapped: wrapped.bytes };
}
