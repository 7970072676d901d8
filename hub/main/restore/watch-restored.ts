import { openPool } from '../../../recorder-core/records/database.ts';
import { readQuarantine } from '../../../recorder-core/records/quarantine.ts';
import { repeatWork, type RepeatedWork } from '../../live/repeated-work.ts';
import type { Resources } from '../open-resources.ts';
import type { ReadinessCheck } from '../readiness.ts';
import { checkRestored, type RestoreWork } from './check-restored.ts';

/** Between two comparisons: a database may be restored under running processes. */
const COMPARE_MS = 60 * 60_000;

/** Runs `work` with what comparing needs, from the resources of a role or a command. */
export async function withRestoreWork<T>(
  { config, db, journal, archive, newId }: Resources,
  work: (restore: RestoreWork) => Promise<T>,
): Promise<T> {
  const dispatcher = openPool(config.postgresDispatcherUrl, 1);
  try {
    return await work({
      db,
      dispatcher,
      journal: await journal(),
      archive: await archive(),
      newId,
      now: () => new Date(),
    });
  } finally {
    await dispatcher.end();
  }
}

/**
 * Compares the database with what was destroyed, before the role does anything, and now and then. Where the object store
 * does not answer it is tried again later: nothing can be opened meanwhile, for the parts are in the same store.
 */
export async function watchRestored(resources: Resources): Promise<RepeatedWork> {
  const { log } = resources;
  const compare = async (): Promise<void> => {
    for (const { tenantId, missing } of await withRestoreWork(resources, (work) => checkRestored(work))) {
      log.error(
        { tenantId, tombstones: missing.tombstones.length, periods: missing.periods.length },
        'the database was restored from a backup and is in quarantine; run `holdfast restore`',
      );
    }
  };
  const onFault = (error: unknown): void => {
    log.warn({ error }, 'it is not known whether the database was restored from a backup; trying again');
  };
  await compare().catch(onFault);
  return repeatWork(COMPARE_MS, compare, onFault);
}

/** Fails while the tenant is in quarantine. The role works without what is closed by it. */
export function quarantineCheck({ db, config }: Pick<Resources, 'db' | 'config'>): ReadinessCheck {
  return {
    name: 'quarantine',
    dispensable: true,
    async run() {
      const quarantine = await db.forTenant(config.tenantId, readQuarantine);
      if (quarantine === undefined) return 'The database knows everything that was destroyed.';
      throw new Error(
        `In quarantine since ${quarantine.enteredAt}: nothing is opened or disposed of. ${quarantine.reason} Run \`holdfast restore\`.`,
      );
    },
  };
}
