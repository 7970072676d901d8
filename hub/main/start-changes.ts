import { openPool } from '../../recorder-core/records/database.ts';
import { openChanges, type Changes } from '../changes/changes.ts';
import type { Resources } from './open-resources.ts';

/** Opens what tells consoles of changes, with two connections to the database of its own. */
export function startChanges({ config, db, log }: Resources): {
  readonly changes: Changes;
  close(): Promise<void>;
} {
  const onFault = (error: unknown): void => {
    log.warn({ error }, 'the database does not tell of changes; consoles ask for them meanwhile');
  };
  const pool = openPool(config.postgresUrl, 2, () => undefined);
  const changes = openChanges({ db, pool, now: () => new Date(), onFault });
  return {
    changes,
    async close() {
      changes.close();
      await pool.end();
    },
  };
}
