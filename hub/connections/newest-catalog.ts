import type { Catalog } from '../../connectors/kit/fields.ts';
import { listCatalogs } from '../../recorder-core/records/connection-catalogs.ts';
import type { Tx } from '../../recorder-core/records/database.ts';

/** What the remote system's fields were when they were last asked for; undefined where they never were. */
export async function newestCatalog(tx: Tx, connectionId: string): Promise<Catalog | undefined> {
  const [newest] = await listCatalogs(tx, connectionId, 1);
  return newest?.catalog;
}
