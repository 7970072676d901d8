import type pg from 'pg';
import { listTenantsToWarn } from '../../recorder-core/records/due-grants.ts';
import { warnOfEndingGrants } from '../../recorder-core/records/warn-of-grants.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import type { Resources } from './open-resources.ts';
import { repeatForTenants } from './repeat-for-tenants.ts';

/** How late somebody is told at most, while all is well, that a grant of theirs ends soon. */
const LOOK_MS = 15_000;

/** Tells of grants that end soon, again and again. Several may run: each grant is told of once. */
export function startGrantWarnings({ db, log, newId }: Resources, dispatcher: pg.Pool): RepeatedWork {
  const onFault = (error: unknown, tenantId?: string): void => {
    log.warn({ error, tenantId }, 'it could not be told which grants end soon; trying again');
  };
  const warn = async (tenantId: string): Promise<void> => {
    const context = { tenantId, now: new Date(), newId };
    while ((await db.forTenant(tenantId, (tx) => warnOfEndingGrants(tx, context))) > 0);
  };
  return repeatForTenants(LOOK_MS, () => listTenantsToWarn(dispatcher, new Date()), warn, onFault);
}
