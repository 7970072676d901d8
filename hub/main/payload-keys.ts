import type { InstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import type { PayloadKeys } from '../worker/payload-codec.ts';

/** Name of the payload key in use; a rotation adds a name here and keeps the old ones until no run needs them. */
const KEY_IDS = ['payload-1'] as const;

/** The keys that encrypt what Temporal stores, derived from the installation's secrets. */
export function openPayloadKeys(secrets: InstallationSecrets): PayloadKeys {
  const named = KEY_IDS.map((id) => [id, secrets.secret(`temporal-${id}`, 32)] as const);
  return { activeKeyId: KEY_IDS[KEY_IDS.length - 1] ?? 'payload-1', keys: new Map(named) };
}
