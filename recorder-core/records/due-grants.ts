import type pg from 'pg';
import { LONGEST_WARNING_MS } from '../policy/grant-state.ts';

/** Tenants with a grant whose time is over although nothing has noted it yet; asked with the dispatcher's role. */
export async function listTenantsWithDueGrants(dispatcher: pg.Pool, now: Date): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenant_id: string }>(
    "select distinct tenant_id from access_grant where state = 'granted' and until_at <= $1 order by tenant_id",
    [now],
  );
  return rows.map((row) => row.tenant_id);
}

/** Tenants with a grant that ends within the longest warning and was not warned of; asked with the dispatcher's role. */
export async function listTenantsToWarn(dispatcher: pg.Pool, now: Date): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenant_id: string }>(
    `select distinct tenant_id from access_grant
      where state = 'granted' and warned_at is null and until_at > $1 and until_at <= $2 order by tenant_id`,
    [now, new Date(now.getTime() + LONGEST_WARNING_MS)],
  );
  return rows.map((row) => row.tenant_id);
}
