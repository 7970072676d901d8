import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { KeyArchive } from '../../recorder-core/records/key-archive.ts';
import { KeyUses } from '../../recorder-core/records/key-uses.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { openRulePacks, type RulePacks } from '../../recorder-core/records/rule-packs.ts';
import type { InstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import type { CachingKeyProvider } from '../../recorder-core/vault/caching-key-provider.ts';
import type { ObjectStore } from '../../recorder-core/vault/object-store.ts';
import { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import type { Config } from '../config/settings.ts';
import { repeatWork } from '../live/repeated-work.ts';
import { openLogger, type Logger } from '../observability/logger.ts';
import { openMetrics, type Metrics } from '../observability/metrics.ts';
import { startTracing, type Tracing } from '../observability/tracing.ts';
import { openKeyProvider, openSecrets } from './open-keys.ts';
import { isPassing, openObjects, type OpenedObjects } from './open-objects.ts';
import { openOrRecoverSecrets } from './restore/recover-secrets.ts';
import { watchRootKeys } from './watch-root-keys.ts';

/** Between two looks at what is asked of the keys in memory. */
const BEAT_MS = 1_000;

/** What every role opens at its start and closes at its end. */
export interface Resources {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly db: Database;
  /** The root of trust, with what it unwrapped kept for a while. */
  readonly keys: CachingKeyProvider;
  /** What signs the ledger and encrypts Temporal's payloads; opened by its first user, for a recorder needs none of it. */
  readonly secrets: () => Promise<InstallationSecrets>;
  readonly objects: ObjectStore;
  readonly uses: KeyUses;
  /** Tombstones outside the database; signed with a secret of the installation. */
  readonly journal: () => Promise<TombstoneJournal>;
  /** Wrapped keys outside the database; signed in the same way. */
  readonly archive: () => Promise<KeyArchive>;
  /** The rules in force for each tenant. */
  readonly packs: RulePacks;
  readonly spool: string;
  readonly newId: (at: Date) => string;
  close(): Promise<void>;
}

/** Opens log, metrics, traces, database, keys, object store and rule pack of a role. */
export async function openResources(role: string, config: Config): Promise<Resources> {
  const log = openLogger(role, config.node, config.logLevel);
  const tracing = startTracing(role, config.traceUrl === undefined ? {} : { url: config.traceUrl });
  const opened = await openObjects(config);
  const objects = opened.store;
  // A recorder captures into its spool whatever the store is like, and whoever only reads needs no more than that.
  if (role === 'hub' || role === 'worker') await checkObjects(opened, log);
  const metrics = openMetrics(role);
  const root = await openKeyProvider(config);
  const db = openDatabase(config.postgresUrl, {
    onError: (error) => {
      log.warn({ error }, 'an idle database connection broke');
    },
  });
  const { tenantId } = config;
  const { provider } = root;
  const rootKeys = watchRootKeys(root, config, { db, tenantId, log, metrics, now: () => new Date() });
  const secrets = (): Promise<InstallationSecrets> =>
    openOrRecoverSecrets(() => openSecrets(db, tenantId, provider), { db, tenantId, provider, objects });
  const leases = openLeases(db, role, config.node, log);
  return {
    config,
    log,
    metrics,
    tracing,
    db,
    keys: rootKeys.keys,
    secrets,
    objects,
    uses: leases.uses,
    journal: async () => new TombstoneJournal(objects, await (await secrets()).secret('tombstones', 32)),
    archive: async () => new KeyArchive(objects, await (await secrets()).secret('key-archive', 32)),
    packs: await openRulePacks(config.ruleKeysFile),
    spool: config.spool ?? join(config.data, 'spool'),
    newId: (at) => newId(at.getTime()),
    async close() {
      await leases.close();
      await rootKeys.close();
      await db.close();
      opened.close();
      await tracing.close();
    },
  };
}

/** What this process has of keys in memory, under leases that renew themselves. */
function openLeases(
  db: Database,
  role: string,
  node: string,
  log: Logger,
): { readonly uses: KeyUses; close(): Promise<void> } {
  const uses = new KeyUses(db, { processId: randomUUID(), role, node }, () => performance.now());
  const beating = repeatWork(
    BEAT_MS,
    () => uses.beat(),
    (error) => {
      log.warn({ error }, 'the leases on keys could not be renewed; without the database nothing is opened');
    },
  );
  return {
    uses,
    async close() {
      await beating.stop();
      await uses.close().catch(() => undefined); // without the database the lease ends by itself
    },
  };
}

async function checkObjects(objects: OpenedObjects, log: Logger): Promise<void> {
  try {
    await objects.check();
  } catch (error) {
    if (!isPassing(error)) throw error;
    log.warn({ error }, 'the object store cannot be reached now, so it is not known whether it can be used');
  }
}

/** Where people reach the console. */
export function consoleUrl(
  config: Pick<Config, 'publicUrl' | 'httpHost' | 'httpPort' | 'httpsCertificate'>,
): string {
  return (
    config.publicUrl ??
    `${config.httpsCertificate === undefined ? 'http' : 'https'}://${config.httpHost.includes(':') ? `[${config.httpHost}]` : config.httpHost}:${config.httpPort}`
  );
}
