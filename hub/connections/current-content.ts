import { connectorById } from '../../connectors/registry.ts';
import {
  readVersion,
  type Mappings,
  type Reshapes,
} from '../../recorder-core/records/connection-versions.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';

/** What a version says. */
export interface ConnectionContent {
  readonly config: Readonly<Record<string, unknown>>;
  readonly mappings: Mappings;
  readonly reshapes: Reshapes;
}

/** What the current version of a connection says, in the form that the connector of today has. */
export async function currentContent(
  tx: Tx,
  row: Pick<ConnectionRow, 'id' | 'connector' | 'version' | 'config'>,
): Promise<ConnectionContent> {
  const current = await readVersion(tx, row.id, row.version);
  // The release before keeps no versions: the row has the configuration that was there first.
  if (current === undefined) return { config: row.config, mappings: {}, reshapes: {} };
  const { config, connectorVersion, mappings, reshapes } = current;
  return { config: connectorById(row.connector).migrateConfig(config, connectorVersion), mappings, reshapes };
}
