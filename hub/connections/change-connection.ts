import { isDeepStrictEqual } from 'node:util';
import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { addVersion, readVersion } from '../../recorder-core/records/connection-versions.ts';
import { renameConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { nameTaken } from './add-connection.ts';
import { checkedConfig } from './checked-config.ts';
import { checkedMappings, checkedReshapes } from './checked-mappings.ts';
import { currentContent, type ConnectionContent } from './current-content.ts';
import { deliverAgain } from './deliver-again.ts';
import { lockForChange, requireConnection } from './find-connection.ts';
import type { ReshapePool } from './mapping/reshape/reshape-pool.ts';
import { newestCatalog } from './newest-catalog.ts';
import { noteConnection } from './note-connection.ts';

/** What is to become different; what is left out stays. */
export interface ConnectionChange {
  readonly name?: string | undefined;
  readonly config?: unknown;
  /** Rows by operation: those of all operations, not only of the ones that change. */
  readonly mappings?: unknown;
  /** JSONata by operation, before its rows: of all operations that are to have one. */
  readonly reshapes?: unknown;
  readonly why?: string | undefined;
  /** The version that the change was made from; refused where another one is current by now. */
  readonly basedOn?: number | undefined;
}

/**
 * Changes a connection, live or not: what is sent from now on goes by the new version, what is under way ends by its own.
 * Makes no version where neither configuration nor mappings differ.
 * @throws HoldfastError `invalid_input` that points at the field, `conflict` for a name that is taken or a newer version.
 */
export async function changeConnection(
  tx: Tx,
  asking: Asking,
  connectionId: string,
  change: ConnectionChange,
  pool?: ReshapePool,
): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  if (change.basedOn !== undefined && change.basedOn !== row.version)
    throw new HoldfastError(
      'conflict',
      `Somebody changed this connection meanwhile: it is at version ${row.version}. Look at it and change that one.`,
      { field: '/body/basedOn' },
    );
  const connector = connectorById(row.connector);
  const before = await currentContent(tx, row);
  const config = change.config === undefined ? before.config : checkedConfig(connector, change.config);
  const reshapes =
    change.reshapes === undefined ? before.reshapes : await checkedReshapes(connector, change.reshapes, pool);
  const mappings =
    change.mappings === undefined && change.reshapes === undefined
      ? before.mappings
      : checkedMappings(
          connector,
          config,
          change.mappings ?? before.mappings,
          await newestCatalog(tx, row.id),
          reshapes,
        );
  await rename(tx, asking, row, change.name);
  await makeVersion(tx, asking, row, before, {
    config,
    mappings,
    reshapes,
    why: change.why ?? null,
  });
  return requireConnection(tx, row.id);
}

/**
 * Makes a version that says again what an older one said. The versions between stay.
 * @throws HoldfastError `not_found` for a version that there is not, `invalid_input` where the connector of today does not
 * take the old configuration any more, or its rows cannot be used.
 */
export async function rollBackConnection(
  tx: Tx,
  asking: Asking,
  connectionId: string,
  to: { readonly version: number; readonly why?: string | undefined },
): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  const old = await readVersion(tx, row.id, to.version);
  if (old === undefined)
    throw new HoldfastError('not_found', `This connection has no version ${to.version}.`, {
      field: '/body/version',
    });
  const connector = connectorById(row.connector);
  const config = checkedConfig(connector, connector.migrateConfig(old.config, old.connectorVersion));
  await makeVersion(tx, asking, row, await currentContent(tx, row), {
    config,
    mappings: checkedMappings(connector, config, old.mappings, await newestCatalog(tx, row.id), old.reshapes),
    reshapes: old.reshapes,
    why: to.why ?? null,
    rolledBackTo: old.version,
  });
  return requireConnection(tx, row.id);
}

async function rename(tx: Tx, asking: Asking, row: ConnectionRow, name: string | undefined): Promise<void> {
  if (name === undefined || name === row.name) return;
  if (!(await renameConnection(tx, row.id, name))) throw nameTaken();
  await noteConnection(tx, asking, row.id, 'renamed');
}

async function makeVersion(
  tx: Tx,
  asking: Asking,
  row: ConnectionRow,
  before: ConnectionContent,
  next: ConnectionContent & { readonly why: string | null; readonly rolledBackTo?: number },
): Promise<void> {
  const changed = [
    ...changedKeys('config', before.config, next.config),
    ...changedKeys('mappings', before.mappings, next.mappings),
    ...changedKeys('reshapes', before.reshapes, next.reshapes),
  ];
  if (changed.length === 0) return;
  const version = await addVersion(tx, asking.tenantId, row, {
    ...next,
    connectorVersion: connectorById(row.connector).manifest.version,
    madeBy: asking.person.id,
    madeAt: asking.now,
  });
  await deliverAgain(tx, asking, row.id);
  const { rolledBackTo } = next;
  await noteConnection(tx, asking, row.id, rolledBackTo === undefined ? 'changed' : 'rolled-back', {
    version,
    changed,
    ...(rolledBackTo === undefined ? {} : { rolledBackTo }),
  });
}

/** Names of what differs, never the values. */
function changedKeys(
  prefix: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !isDeepStrictEqual(before[key], after[key]))
    .sort()
    .map((key) => `${prefix}.${key}`);
}
