import type pg from 'pg';
import {
  listUnmeasuredTenants,
  measureUnlessFresh,
} from '../../recorder-core/records/storage-measurements.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import type { Resources } from './open-resources.ts';
import { repeatForTenants } from './repeat-for-tenants.ts';

const LOOK_MS = 60_000;
/** How old the figures of the storage page are at most, while all is well. */
const EVERY_MS = 6 * 3_600_000;

/** Adds up what each tenant has stored, four times a day. Several may run: one of them measures. */
export function startStorageMeasuring({ db, log }: Resources, dispatcher: pg.Pool): RepeatedWork {
  const onFault = (error: unknown, tenantId?: string): void => {
    log.warn({ error, tenantId }, 'the storage could not be measured; trying again');
  };
  const since = (now: Date): Date => new Date(now.getTime() - EVERY_MS);
  const measure = async (tenantId: string): Promise<void> => {
    const now = new Date();
    await db.forTenant(tenantId, (tx) => measureUnlessFresh(tx, tenantId, { now, since: since(now) }));
  };
  return repeatForTenants(
    LOOK_MS,
    () => listUnmeasuredTenants(dispatcher, since(new Date())),
    measure,
    onFault,
  );
}
