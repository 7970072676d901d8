import type { Connector } from '../../connectors/kit/connector.ts';
import type { ConnectorContext } from '../../connectors/kit/context.ts';
import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readConnection, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import {
  readVersion,
  type ConnectionVersion,
  type Mappings,
  type Reshapes,
} from '../../recorder-core/records/connection-versions.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { openCredential } from './credential-envelope.ts';
import { embeddedSearchPort } from './embedded-search-port.ts';
import type { WorkLane } from './host/connection-budget.ts';
import type { ConnectorHost } from './host/connector-host.ts';
import type { ReshapePool } from './mapping/reshape/reshape-pool.ts';

/** What opening a connection rests on. */
export interface ConnectionDependencies {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly host: ConnectorHost;
  /** Runs reshapes; left out, connections that have one cannot be mapped here. */
  readonly reshape?: ReshapePool;
}

/** Which connection, and for what piece of work. */
export interface ConnectionWork {
  readonly tenantId: string;
  readonly connectionId: string;
  /** Which version of its configuration and mappings; the current one by default. */
  readonly version?: number;
  /** Stops the work; never aborted by default. */
  readonly signal?: AbortSignal;
  /** A preview: every write is refused. */
  readonly dryRun?: boolean;
  /** Which share of the connection's budget the work takes from; `live` by default. */
  readonly lane?: WorkLane;
  /** A credential to try in the place of the stored one; what it gives stays with this work. */
  readonly credential?: unknown;
  /** The work is about the copy that a rebuild fills. */
  readonly copy?: string;
}

/** A connection that is ready for work. */
export interface OpenedConnection {
  readonly row: ConnectionRow;
  readonly connector: Connector;
  /** The version that the context was made by. */
  readonly version: number;
  readonly mappings: Mappings;
  readonly reshapes: Reshapes;
  readonly ctx: ConnectorContext;
  /** Ends what was lent for this work; the context is of no use afterwards. May be called twice. */
  close(): void;
}

/**
 * Reads a connection, opens its credential for the host alone and gives a context for one piece of work. Close it after
 * the work.
 * @throws HoldfastError `not_found` for a connection that is not there, `invalid_input` for a configuration or credential
 * that its connector does not take, `key_unavailable` while the key provider is away.
 */
export async function openConnection(
  { db, keys, host }: ConnectionDependencies,
  { tenantId, connectionId, version: wanted, signal, dryRun, lane, credential: tried, copy }: ConnectionWork,
): Promise<OpenedConnection> {
  const { row, version, connectorVersion, config, mappings, reshapes } = await db.forTenant(tenantId, (tx) =>
    readAt(tx, connectionId, wanted),
  );
  const connector = connectorById(row.connector);
  const credential = tried ?? (await openCredential(keys, tenantId, connectionId, row.credential));
  const ended = new AbortController();
  const ctx = await host.contextFor(
    connector,
    { id: connectionId, tenantId, config: connector.migrateConfig(config, connectorVersion), credential },
    {
      signal: signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
      dryRun: dryRun ?? false,
      lane: lane ?? 'live',
      trial: tried !== undefined,
      searchIndex: embeddedSearchPort(db, tenantId),
      ...(copy === undefined ? {} : { copy }),
    },
  );
  return { row, connector, version, mappings, reshapes, ctx, close: () => ended.abort() };
}

type Pinned = Pick<ConnectionVersion, 'version' | 'connectorVersion' | 'config' | 'mappings' | 'reshapes'>;

/** The connection, and what the wanted version of it says. */
async function readAt(
  tx: Tx,
  connectionId: string,
  wanted: number | undefined,
): Promise<{ readonly row: ConnectionRow } & Pinned> {
  const row = await readConnection(tx, connectionId);
  if (row === undefined)
    throw new HoldfastError('not_found', 'The connection was removed, so nothing was sent.');
  const found = await readVersion(tx, connectionId, wanted ?? row.version);
  if (found !== undefined) return { row, ...found };
  if (wanted !== undefined && wanted !== row.version)
    throw new HoldfastError('not_found', `The connection has no version ${wanted}, so nothing was sent.`);
  // The release before keeps no versions: the row has the configuration that was there first.
  const connectorVersion = connectorById(row.connector).manifest.version;
  return { row, version: row.version, connectorVersion, config: row.config, mappings: {}, reshapes: {} };
}
