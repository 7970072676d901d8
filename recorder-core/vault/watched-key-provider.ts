import { isHoldfastError, type ErrorCode } from '../errors.ts';
import type { KeyProvider, KeyProviderHealth } from './key-provider.ts';

/** A use of a root key that was refused: the key is wrong, missing or disabled, or what it should open does not fit. */
export interface KeyRefusal {
  readonly provider: string;
  /** The root key of what was to be unwrapped; undefined where it was the provider as such. */
  readonly keyId: string | undefined;
  readonly code: Extract<ErrorCode, 'key_unavailable' | 'integrity_failed'>;
  /** Safe to show: the error's sentence. */
  readonly message: string;
}

/** What is told of a provider, and how long the answer about its health holds. */
export interface WatchOptions {
  /** Called for every refusal; must not throw. */
  readonly onRefusal: (refusal: KeyRefusal) => void;
  /** Called with each new answer about the health. */
  readonly onHealth: (health: KeyProviderHealth) => void;
  /** So long an answer is given again, in milliseconds: readiness is asked for by many. */
  readonly healthHoldsMs: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number;
}

/** Tells what a provider refuses and how it is, and asks it no more often than needed. */
export function watchKeys(provider: KeyProvider, options: WatchOptions): KeyProvider {
  const { onRefusal, onHealth, healthHoldsMs, now = () => performance.now() } = options;
  const tell = (keyId: string | undefined, error: unknown): void => {
    if (!isHoldfastError(error)) return;
    const { code, message } = error;
    if (code === 'key_unavailable' || code === 'integrity_failed')
      onRefusal({ provider: provider.id, keyId, code, message });
  };
  const told = async <T>(keyId: string | undefined, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      tell(keyId, error);
      throw error;
    }
  };
  let health: { readonly until: number; readonly answer: Promise<KeyProviderHealth> } | undefined;
  const ask = async (): Promise<KeyProviderHealth> => {
    const answer = await provider.health();
    if (!answer.ok)
      onRefusal({
        provider: provider.id,
        keyId: undefined,
        code: 'key_unavailable',
        message: answer.message,
      });
    onHealth(answer);
    return answer;
  };
  return {
    id: provider.id,
    currentKeyId: () => told(undefined, provider.currentKeyId()),
    wrap: (plaintext, context) => told(undefined, provider.wrap(plaintext, context)),
    unwrap: (wrapped, context) => told(wrapped.keyId, provider.unwrap(wrapped, context)),
    rotate: () => told(undefined, provider.rotate()),
    destroy: (keyId) => told(keyId, provider.destroy(keyId)),
    health() {
      if (health === undefined || health.until <= now())
        health = { until: now() + healthHoldsMs, answer: ask() };
      return health.answer;
    },
  };
}
