import type { Tx } from './database.ts';

/** How the messages of one connection are read, as it was set. */
export interface HrMappingRow {
  /** Unchecked: `hrMapping` of `hub/webhooks/hr/hr-mapping.ts` says what it is. */
  readonly mapping: unknown;
  readonly setAt: Date;
}

/** The mapping of a connection; undefined where it has none, and sends by Standard Webhooks. */
export async function readHrMapping(tx: Tx, connectionId: string): Promise<HrMappingRow | undefined> {
  const { rows } = await tx.query<HrMappingRow>(
    'select mapping, set_at as "setAt" from hr_mapping where connection_id = $1',
    [connectionId],
  );
  return rows[0];
}

/** Sets the mapping of a connection in the place of the one before. */
export async function putHrMapping(
  tx: Tx,
  tenantId: string,
  set: {
    readonly connectionId: string;
    readonly mapping: unknown;
    readonly by: string;
    readonly at: Date;
  },
): Promise<void> {
  await tx.query(
    `insert into hr_mapping (tenant_id, connection_id, mapping, set_by, set_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, connection_id)
       do update set mapping = excluded.mapping, set_by = excluded.set_by, set_at = excluded.set_at`,
    [tenantId, set.connectionId, JSON.stringify(set.mapping), set.by, set.at],
  );
}
