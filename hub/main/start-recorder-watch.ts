import type pg from 'pg';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import { watchRecorders } from '../../recorder-core/records/watch-recorders.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import type { Resources } from './open-resources.ts';
import { repeatForTenants } from './repeat-for-tenants.ts';
import { WatchedTime } from './watched-time.ts';

/** How long a loss at a recorder goes without an incident at most, beyond what makes it one, while all is well. */
const LOOK_MS = 5_000;

/** Looks again and again at what the recorders of all tenants told of themselves, and opens incidents for losses. Several may run. */
export function startRecorderWatch({ db, log, newId }: Resources, dispatcher: pg.Pool): RepeatedWork {
  const watched = new WatchedTime(() => performance.now());
  const onFault = (error: unknown, tenantId?: string): void => {
    watched.failed(tenantId); // whoever could not look knows of no silence
    log.warn({ error, tenantId }, 'recorders could not be looked at; trying again');
  };
  const look = async (tenantId: string): Promise<void> => {
    await watchRecorders(db, { tenantId, now: new Date(), newId }, watched.ofTenant(tenantId));
    watched.looked(tenantId);
  };
  return repeatForTenants(LOOK_MS, () => listTenantIds(dispatcher), look, onFault);
}
