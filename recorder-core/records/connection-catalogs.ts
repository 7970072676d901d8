import type { Catalog } from '../../connectors/kit/fields.ts';
import type { Tx } from './database.ts';

/** What the remote system's objects and fields were at one time. */
export interface StoredCatalog {
  readonly id: string;
  readonly foundAt: Date;
  readonly catalog: Catalog;
}

/** Keeps a catalogue; those before it stay. */
export async function insertCatalog(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  { id, foundAt, catalog }: StoredCatalog,
): Promise<void> {
  await tx.query(
    `insert into connection_catalog (tenant_id, id, connection_id, found_at, catalog) values ($1, $2, $3, $4, $5)`,
    [tenantId, id, connectionId, foundAt, catalog],
  );
}

/** The newest catalogues of a connection, newest first. */
export async function listCatalogs(tx: Tx, connectionId: string, limit: number): Promise<StoredCatalog[]> {
  const { rows } = await tx.query<StoredCatalog>(
    `select id, found_at as "foundAt", catalog from connection_catalog
      where connection_id = $1 order by found_at desc, id desc limit $2`,
    [connectionId, limit],
  );
  return rows;
}

/** Id of the newest catalogue; undefined where nobody asked yet. */
export async function newestCatalogId(tx: Tx, connectionId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from connection_catalog where connection_id = $1 order by found_at desc, id desc limit 1',
    [connectionId],
  );
  return rows[0]?.id;
}
