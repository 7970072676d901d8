import type { Database } from '../../recorder-core/records/database.ts';
import type { LedgerKeys } from '../../recorder-core/records/signing-keys.ts';
import type { Config } from '../config/settings.ts';
import { openResources } from '../main/open-resources.ts';
import { readLocalConfig } from './read-command-config.ts';

/** Does the work of a command that needs the ledger's keys of the product on this machine. */
export async function withLedgerKeys(
  options: Readonly<Record<string, unknown>>,
  work: (parts: { db: Database; config: Config; keys: LedgerKeys }) => Promise<void>,
): Promise<void> {
  const config = await readLocalConfig(options);
  const resources = await openResources('ledger', { ...config, logLevel: 'error' });
  try {
    const secrets = await resources.secrets();
    await work({ db: resources.db, config, keys: (name) => secrets.signingKey(name) });
  } finally {
    await resources.close();
  }
}
