import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  insertCatalog,
  listCatalogs,
  type StoredCatalog,
} from '../../recorder-core/records/connection-catalogs.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { connectorById } from '../../connectors/registry.ts';
import type { Asking } from '../identity/asking.ts';
import { asRefusal } from './as-refusal.ts';
import { mappingFaults, type MappingFault } from './checked-mappings.ts';
import { compareCatalogs, type CatalogChange } from './compare-catalogs.ts';
import { currentContent } from './current-content.ts';
import { requireConnection } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';

/** The newest catalogue, what changed since the one before, and what of the current mappings does not fit it. */
export interface FieldsFound {
  readonly found: StoredCatalog | null;
  readonly changes: readonly CatalogChange[];
  readonly faults: readonly MappingFault[];
}

/**
 * Asks the remote system for its objects and fields, and keeps the answer. Must not be called in a transaction.
 * @throws HoldfastError `conflict` where the connector has no catalogue or the remote system refuses, `unavailable`.
 */
export async function discoverFields(
  deps: ConnectionDependencies,
  asking: Asking,
  connectionId: string,
): Promise<FieldsFound> {
  const row = await deps.db.forTenant(asking.tenantId, (tx) => requireConnection(tx, connectionId));
  if (!connectorById(row.connector).manifest.discovers)
    throw new HoldfastError(
      'conflict',
      `The connector "${row.connector}" has no catalogue of fields to ask for.`,
    );
  const opened = await openConnection(deps, { tenantId: asking.tenantId, connectionId, dryRun: true });
  const catalog = await opened.connector
    .discover(opened.ctx)
    .catch(asRefusal)
    .finally(() => opened.close());
  return deps.db.forTenant(asking.tenantId, async (tx) => {
    await insertCatalog(tx, asking.tenantId, row.id, {
      id: asking.newId(asking.now),
      foundAt: asking.now,
      catalog,
    });
    const facts = { objects: catalog.objects.length };
    await noteConnection(tx, asking, row.id, 'discovered', facts, 'connection.asked');
    return readFields(tx, row.id);
  });
}

/** What was found when it was last asked for. @throws HoldfastError `not_found`. */
export async function readFields(tx: Tx, connectionId: string): Promise<FieldsFound> {
  const row = await requireConnection(tx, connectionId);
  const [newest, before] = await listCatalogs(tx, row.id, 2);
  if (newest === undefined) return { found: null, changes: [], faults: [] };
  const { config, mappings, reshapes } = await currentContent(tx, row);
  return {
    found: newest,
    changes: compareCatalogs(before?.catalog, newest.catalog),
    faults: mappingFaults(connectorById(row.connector), config, mappings, newest.catalog, reshapes),
  };
}
