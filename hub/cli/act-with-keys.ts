import type { Act } from '../../recorder-core/policy/access.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Config } from '../config/settings.ts';
import type { Asking } from '../identity/asking.ts';
import { openKeyProvider } from '../main/open-keys.ts';
import { askingFor, type Options } from './act-for-person.ts';
import { withDatabase } from './with-database.ts';

/** `withDatabase` for what seals or opens a credential: the root of trust is open while it works. */
export async function withKeys(
  options: Options,
  work: (db: Database, keys: KeyProvider, config: Config) => Promise<void>,
): Promise<void> {
  await withDatabase(options, async (db, config) => {
    const root = await openKeyProvider(config);
    try {
      await work(db, root.provider, config);
    } finally {
      root.close();
    }
  });
}

/** `actForPerson` with the root of trust open while it works. */
export async function actWithKeys(
  options: Options,
  asked: Act,
  work: (tx: Tx, asking: Asking, keys: KeyProvider, config: Config) => Promise<void>,
): Promise<void> {
  await withKeys(options, (db, keys, config) =>
    db.forTenant(config.tenantId, async (tx) => {
      await work(tx, await askingFor(db, tx, config.tenantId, options, asked), keys, config);
    }),
  );
}
