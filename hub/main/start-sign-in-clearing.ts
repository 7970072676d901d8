import type pg from 'pg';
import { clearSignIns } from '../../recorder-core/records/clear-sign-ins.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import type { Resources } from './open-resources.ts';
import { repeatForTenants } from './repeat-for-tenants.ts';

/** How long something stays beyond its days at most, while all is well. */
const LOOK_MS = 600_000;

/** Clears up what is left of old sign-ins and of repeated requests, tenant by tenant. Several may run. */
export function startSignInClearing({ db, log }: Resources, dispatcher: pg.Pool): RepeatedWork {
  const onFault = (error: unknown, tenantId?: string): void => {
    log.warn({ error, tenantId }, 'old sign-ins could not be cleared up; trying again');
  };
  const clear = async (tenantId: string): Promise<void> => {
    while ((await db.forTenant(tenantId, (tx) => clearSignIns(tx, new Date()))).more);
  };
  return repeatForTenants(LOOK_MS, () => listTenantIds(dispatcher), clear, onFault);
}
