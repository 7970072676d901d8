import { randomBytes } from 'node:crypto';
import type { KeyProvider, KeyProviderHealth } from './key-provider.ts';

/** Wraps and unwraps a random key: `works` when it came back, else a sentence about what is wrong. Never throws. */
export async function proveProvider(
  provider: Pick<KeyProvider, 'wrap' | 'unwrap'>,
  works: string,
): Promise<KeyProviderHealth> {
  const context = Buffer.from('holdfast/health');
  const probe = randomBytes(32);
  try {
    const returned = await provider.unwrap(await provider.wrap(probe, context), context);
    if (returned.equals(probe)) return { ok: true, message: works };
    return { ok: false, message: 'The key provider returned another key than it was given; do not use it.' };
  } catch (error) {
    return {
      ok: false,
      message: error instanceof Error ? error.message : 'The key provider cannot be used.',
    };
  }
}
