import type pg from 'pg';
import type { Tx } from './database.ts';

/** A customer organisation; everything it owns lives in its region. */
export interface Tenant {
  readonly tenantId: string;
  readonly name: string;
  readonly region: string;
}

/** Adds a tenant; does nothing when it is there already. */
export async function addTenant(tx: Tx, tenant: Tenant): Promise<void> {
  await tx.query('insert into tenant (tenant_id, name, region) values ($1, $2, $3) on conflict do nothing', [
    tenant.tenantId,
    tenant.name,
    tenant.region,
  ]);
}

/** The tenant of the running transaction, or undefined when it was never made. */
export async function readTenant(tx: Tx): Promise<Tenant | undefined> {
  const { rows } = await tx.query<Tenant>('select tenant_id as "tenantId", name, region from tenant');
  return rows[0];
}

/** Where the tenant of the running transaction keeps what it owns. */
export async function readTenantRegion(tx: Tx): Promise<string> {
  const tenant = await readTenant(tx);
  if (tenant === undefined) throw new Error('A tenant that was never made has no region.');
  return tenant.region;
}

/** The tenant that the running transaction is for, known or not. */
export async function currentTenant(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ tenant: string | null }>('select current_tenant() as tenant');
  const tenant = rows[0]?.tenant ?? undefined;
  if (tenant === undefined) throw new Error('A statement was run outside of the transaction of a tenant.');
  return tenant;
}

/** Ids of all tenants, or of one share of them when work is split by hash; asked with the dispatcher's role. */
export async function listTenantIds(
  dispatcher: pg.Pool,
  share: { readonly partition: number; readonly partitions: number } = { partition: 0, partitions: 1 },
): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenant_id: string }>(
    'select tenant_id from tenant where mod(abs(hashtext(tenant_id::text)::bigint), $2) = $1 order by tenant_id',
    [share.partition, share.partitions],
  );
  return rows.map((row) => row.tenant_id);
}
