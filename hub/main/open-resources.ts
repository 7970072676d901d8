import { join } from 'node:path';
import { loadShippedRulePack } from '../../recorder-core/policy/rule-pack-file.ts';
import type { VerifiedRulePack } from '../../recorder-core/policy/rule-pack.ts';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { openFileObjectStore } from '../../recorder-core/vault/file-object-store.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import type { ObjectStore } from '../../recorder-core/vault/object-store.ts';
import type { Config } from '../config/settings.ts';
import { openLogger, type Logger } from '../observability/logger.ts';
import { openMetrics, type Metrics } from '../observability/metrics.ts';
import { startTracing, type Tracing } from '../observability/tracing.ts';

/** What every role opens at its start and closes at its end. */
export interface Resources {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly db: Database;
  readonly keys: LocalKeyRing;
  readonly objects: ObjectStore;
  readonly pack: VerifiedRulePack;
  readonly spool: string;
  readonly newId: (at: Date) => string;
  close(): Promise<void>;
}

/** Opens log, metrics, traces, database, keys, object store and rule pack of a role. */
export async function openResources(role: string, config: Config): Promise<Resources> {
  const log = openLogger(role, config.node, config.logLevel);
  const tracing = startTracing(role, config.traceUrl === undefined ? {} : { url: config.traceUrl });
  const keys = await openLocalKeyRing(keyRingPath(config));
  const db = openDatabase(config.postgresUrl, {
    onError: (error) => {
      log.warn({ error }, 'an idle database connection broke');
    },
  });
  return {
    config,
    log,
    metrics: openMetrics(role),
    tracing,
    db,
    keys,
    objects: await openFileObjectStore(config.objects ?? join(config.data, 'objects')),
    pack: await loadShippedRulePack(),
    spool: config.spool ?? join(config.data, 'spool'),
    newId: (at) => newId(at.getTime()),
    async close() {
      await db.close();
      await tracing.close();
    },
  };
}

/** The file of the key ring. */
export function keyRingPath(config: Pick<Config, 'keyRing' | 'data'>): string {
  return config.keyRing ?? join(config.data, 'key-ring.json');
}

/** Where people reach the console. */
export function consoleUrl(config: Pick<Config, 'publicUrl' | 'httpHost' | 'httpPort'>): string {
  return (
    config.publicUrl ??
    `http://${config.httpHost.includes(':') ? `[${config.httpHost}]` : config.httpHost}:${config.httpPort}`
  );
}
