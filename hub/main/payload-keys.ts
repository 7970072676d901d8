import type { LocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import type { PayloadKeys } from '../worker/payload-codec.ts';

/** Name of the payload key in use; a rotation adds a name here and keeps the old ones until no run needs them. */
const KEY_IDS = ['payload-1'] as const;

/** The keys that encrypt what Temporal stores, derived from the key ring. */
export async function openPayloadKeys(keys: LocalKeyRing): Promise<PayloadKeys> {
  const named = await Promise.all(
    KEY_IDS.map(async (id) => [id, await keys.secret(`temporal-${id}`, 32)] as const),
  );
  return { activeKeyId: KEY_IDS[KEY_IDS.length - 1] ?? 'payload-1', keys: new Map(named) };
}
