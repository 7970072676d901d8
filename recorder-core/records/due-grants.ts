import type pg from 'pg';

/** Tenants with a grant whose time is over although nothing has noted it yet; asked with the dispatcher's role. */
export async function listTenantsWithDueGrants(dispatcher: pg.Pool, now: Date): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenant_id: string }>(
    "select distinct tenant_id from access_grant where state = 'granted' and until_at <= $1 order by tenant_id",
    [now],
  );
  return rows.map((row) => row.tenant_id);
}
