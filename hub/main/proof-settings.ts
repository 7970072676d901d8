import type { InstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import type { Config } from '../config/settings.ts';
import { relyingPartyOf, type ProofSettings } from '../identity/authenticators/proof-settings.ts';
import { consoleUrl } from './open-resources.ts';

/** With what proofs of presence are made and checked; the secret is the same for the life of the installation. */
export function proofSettings(config: Config, secrets: InstallationSecrets): ProofSettings {
  return { relyingParty: relyingPartyOf(consoleUrl(config)), secret: secrets.secret('presence-1', 32) };
}
