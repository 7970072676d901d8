import type { Database } from '../../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import type { ProviderNetwork } from './provider-network.ts';

/** What signing in with a provider rests on. */
export interface SignInDependencies {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly network: ProviderNetwork;
  /** Under which people and providers reach this installation; without a slash at its end. */
  readonly publicUrl: string;
}
