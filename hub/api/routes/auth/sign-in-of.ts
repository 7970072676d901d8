import type { SignInDependencies } from '../../../identity/providers/sign-in-dependencies.ts';
import type { Services } from '../../services.ts';

/** What signing in with a provider rests on, out of the services of the API. */
export function signInOf({ db, keys, providerNetwork, exports }: Services): SignInDependencies {
  return { db, keys, network: providerNetwork, publicUrl: exports.publicUrl };
}
