import type pg from 'pg';
import { listTenantsWithDueGrants } from '../../recorder-core/records/due-grants.ts';
import { endOverdueGrants } from '../../recorder-core/records/end-grants.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import type { Resources } from './open-resources.ts';
import { repeatForTenants } from './repeat-for-tenants.ts';

/** How long the end of a grant is not in the ledger at most, while all is well. It allows nothing since its last millisecond. */
const LOOK_MS = 1_000;

/** Notes the end of grants whose time is over, again and again. Several may run, and one that was away misses nothing. */
export function startGrantSweep({ db, log, newId }: Resources, dispatcher: pg.Pool): RepeatedWork {
  const onFault = (error: unknown, tenantId?: string): void => {
    log.warn({ error, tenantId }, 'the end of grants could not be noted; trying again');
  };
  const sweep = async (tenantId: string): Promise<void> => {
    const context = { tenantId, now: new Date(), newId };
    while ((await db.forTenant(tenantId, (tx) => endOverdueGrants(tx, context))) > 0);
  };
  return repeatForTenants(LOOK_MS, () => listTenantsWithDueGrants(dispatcher, new Date()), sweep, onFault);
}
