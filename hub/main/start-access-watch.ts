import type pg from 'pg';
import { listUnwatchedTenants } from '../../recorder-core/records/access-watch.ts';
import { raiseAccessAlerts } from '../../recorder-core/records/raise-access-alerts.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import type { Resources } from './open-resources.ts';
import { repeatForTenants } from './repeat-for-tenants.ts';

/** How long unusual access goes unnoticed at most, while all is well. */
const LOOK_MS = 2_000;

/** Looks again and again at what the ledgers of all tenants say of people's use of their access. Several may run. */
export function startAccessWatch({ db, log, newId }: Resources, dispatcher: pg.Pool): RepeatedWork {
  const onFault = (error: unknown, tenantId?: string): void => {
    log.warn({ error, tenantId }, 'access could not be looked at; trying again');
  };
  const look = async (tenantId: string): Promise<void> => {
    const raised = await raiseAccessAlerts(db, { tenantId, now: new Date(), newId });
    if (raised > 0) log.warn({ tenantId, raised }, 'somebody used their access in an unusual way');
  };
  return repeatForTenants(LOOK_MS, () => listUnwatchedTenants(dispatcher), look, onFault);
}
