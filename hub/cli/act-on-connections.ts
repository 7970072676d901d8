import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Config } from '../config/settings.ts';
import type { MappingDependencies } from '../connections/map-for-operation.ts';
import { createReshapePool, type ReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import type { ConnectionDependencies } from '../connections/open-connection.ts';
import { linksUnder, type Links } from '../connections/records-to-try.ts';
import type { Asking } from '../identity/asking.ts';
import { exportSettings } from '../main/export-settings.ts';
import { openConnectorHost } from '../main/open-connector-host.ts';
import { openLogger } from '../observability/logger.ts';
import { askingFor, type Options } from './act-for-person.ts';
import { actWithKeys, withKeys } from './act-with-keys.ts';
import { withDatabase } from './with-database.ts';

/** What changes of connections need. */
export interface ConnectionTools {
  readonly keys: KeyProvider;
  readonly reshape: ReshapePool;
}

/** Changes what connections say or hold, for a person under the same rules as the API, in one transaction. */
export async function changeConnections(
  options: Options,
  work: (tx: Tx, asking: Asking, tools: ConnectionTools, config: Config) => Promise<void>,
): Promise<void> {
  const reshape = createReshapePool();
  try {
    await actWithKeys(options, 'connection.manage', (tx, asking, keys, config) =>
      work(tx, asking, { keys, reshape }, config),
    );
  } finally {
    await reshape.close();
  }
}

/** Asks remote systems for a person under the same rules as the API; nothing is open in the database meanwhile. */
export async function askRemotely(
  options: Options,
  work: (deps: ConnectionDependencies, asking: Asking, config: Config) => Promise<void>,
): Promise<void> {
  await withKeys(options, async (db, keys, config) => {
    const log = openLogger('cli', config.node, 'error');
    const host = openConnectorHost({ config, log, db, keys });
    const reshape = createReshapePool();
    try {
      const asking = await db.forTenant(config.tenantId, (tx) =>
        askingFor(db, tx, config.tenantId, options, 'connection.manage'),
      );
      await work({ db, keys, host, reshape }, asking, config);
    } finally {
      await host.close();
      await reshape.close();
    }
  });
}

/** Maps records for a person under the same rules as the API; no remote system is asked, and no credential opened. */
export async function mapForPerson(
  options: Options,
  work: (deps: MappingDependencies & { readonly links: Links }, asking: Asking) => Promise<void>,
): Promise<void> {
  await withDatabase(options, async (db, config) => {
    const reshape = createReshapePool();
    try {
      const asking = await db.forTenant(config.tenantId, (tx) =>
        askingFor(db, tx, config.tenantId, options, 'connection.manage'),
      );
      await work({ db, reshape, links: linksUnder(exportSettings(config).publicUrl) }, asking);
    } finally {
      await reshape.close();
    }
  });
}

/** Reads JSON from a file, or from standard input for `-`. @throws HoldfastError `invalid_input` that never repeats it. */
export async function readJson(path: string, what: string): Promise<unknown> {
  const written = path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
  try {
    return JSON.parse(written) as unknown;
  } catch {
    // What a parser says of a file with a secret in it may repeat some of it.
    throw new HoldfastError('invalid_input', `The ${what} is not valid JSON. Nothing was changed.`);
  }
}
